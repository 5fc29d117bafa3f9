import { SkeletonError } from "../lib/errors.ts";
import { faultText, formFaults } from "../lib/form-answer.ts";
import { formFields } from "../lib/form-fields.ts";
import { isObject } from "../lib/is-object.ts";
import type { Json } from "../protocols/json.ts";
import type { ConsentRequest } from "../protocols/message-processor.ts";

/**
 * Checks what a user sends along with a yes before the turn goes on with it.
 * @throws `bad_input`: it is no JSON, or does not fit the form; the fields are named.
 */
export function checkAnswer({ form }: Pick<ConsentRequest, "form">, args: string | undefined): void {
  const value = args === undefined ? {} : readJson(args);
  if (form === undefined) return;
  if (!isObject(value))
    throw new SkeletonError("bad_input", "What the form is filled with must be one JSON object.", {
      hint: "Send it as text in `arguments`, with a member for each field.",
    });
  const faults = formFaults(formFields(form), value);
  if (faults.length === 0) return;
  throw new SkeletonError("bad_input", `${faults.slice(0, 5).map(faultText).join("; ")}.`, {
    hint: "Correct what is named, and send the answer again.",
  });
}

function readJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new SkeletonError("bad_input", `\`arguments\` is no JSON: ${(cause as Error).message}`, {
      hint: "Send the whole arguments as JSON text.",
      cause,
    });
  }
}
