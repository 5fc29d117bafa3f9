import { SkeletonError } from "./errors.ts";

/**
 * Whether something can be posted there at all; whether it may be is seen when it is.
 * @throws `bad_input`, also for more than 2000 characters and for a name or a password in it.
 */
export function checkWebAddress(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === "http:" || url?.protocol === "https:";
  if (isWeb && url.username === "" && url.password === "" && text.length <= 2000) return;
  throw new SkeletonError("bad_input", "This is no address that can be posted to.", {
    hint: "Give a whole one, such as https://example.org/hook, without a name and a password in it.",
  });
}
