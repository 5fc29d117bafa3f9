import { SkeletonError } from "../../lib/errors.ts";

const longestName = 100;
const longestInstructions = 5000;

/** The name, trimmed. @throws `bad_input`. */
export const checkedName = (name: string): string => checked("name", name, longestName);

/** The instructions, trimmed. @throws `bad_input`. */
export const checkedInstructions = (text: string): string =>
  checked("instructions", text, longestInstructions);

function checked(what: string, raw: string, longest: number): string {
  const text = raw.trim();
  if (text === "") throw unusable(`The ${what} of a role must not be blank.`, `Send some ${what}.`);
  if ([...text].length > longest)
    throw unusable(`The ${what} of a role may have ${longest} characters.`, `Shorten the ${what}.`);
  if (what === "name" && /[\p{Cc}\u2028\u2029]/u.test(text))
    throw unusable("The name of a role is one line.", "Take out line breaks and control characters.");
  return text;
}

const unusable = (message: string, hint: string) => new SkeletonError("bad_input", message, { hint });
