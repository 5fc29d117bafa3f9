import { SkeletonError } from "../../lib/errors.ts";
import { roleLimits, roleTextFault } from "../../lib/role-texts.ts";

/** The name, trimmed. @throws `bad_input`. */
export const checkedName = (name: string): string => checked("name", name);

/** The instructions, trimmed. @throws `bad_input`. */
export const checkedInstructions = (text: string): string => checked("instructions", text);

function checked(what: keyof typeof roleLimits, raw: string): string {
  switch (roleTextFault(what, raw)) {
    case "blank":
      throw unusable(`The ${what} of a role must not be blank.`, `Send some ${what}.`);
    case "long":
      throw unusable(
        `The ${what} of a role may have ${roleLimits[what]} characters.`,
        `Shorten the ${what}.`,
      );
    case "lines":
      throw unusable("The name of a role is one line.", "Take out line breaks and control characters.");
    default:
      return raw.trim();
  }
}

const unusable = (message: string, hint: string) => new SkeletonError("bad_input", message, { hint });
