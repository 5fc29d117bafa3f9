import { badInput } from "./errors.ts";
import { roleLimits, rolesAtMost, roleTextFault } from "./role-texts.ts";

/** The name, trimmed. @throws `bad_input`. */
export const checkedName = (name: string): string => checked("name", name);

/** The instructions, trimmed. @throws `bad_input`. */
export const checkedInstructions = (text: string): string => checked("instructions", text);

/** Whether one more may be made where there are so many. @throws `bad_input`. */
export function checkCount(count: number): void {
  if (count >= rolesAtMost)
    throw badInput(
      `There are ${rolesAtMost} roles, which is the most.`,
      "Delete one that is not needed any more.",
    );
}

function checked(what: keyof typeof roleLimits, raw: string): string {
  switch (roleTextFault(what, raw)) {
    case "blank":
      throw badInput(`The ${what} of a role must not be blank.`, `Send some ${what}.`);
    case "long":
      throw badInput(
        `The ${what} of a role may have ${roleLimits[what]} characters.`,
        `Shorten the ${what}.`,
      );
    case "lines":
      throw badInput("The name of a role is one line.", "Take out line breaks and control characters.");
    default:
      return raw.trim();
  }
}
