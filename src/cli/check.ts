import { failureText } from "./failure-text.ts";

/** One thing that `doctor` looked at. */
export type Check = {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, for people; with what to do when it is not well. */
  readonly detail: string;
};

/**
 * Looks at one thing. Whatever goes wrong is the finding.
 * @param look says what it found when all is well, and throws what is wrong.
 */
export async function check(name: string, look: () => Promise<string> | string): Promise<Check> {
  try {
    return { name, ok: true, detail: await look() };
  } catch (error) {
    return { name, ok: false, detail: failureText(error) };
  }
}
