import { SkeletonError } from "../../lib/errors.ts";

/** The caller broke a rule of the store contract; nothing was done. */
export function badInput(
  message: string,
  hint = "See src/protocols/store.ts for what is allowed.",
): SkeletonError {
  return new SkeletonError("bad_input", message, { hint });
}
