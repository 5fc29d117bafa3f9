import { checkWebAddress } from "../lib/check-web-address.ts";
import { SkeletonError } from "../lib/errors.ts";
import { given } from "../lib/given.ts";
import type { Host } from "../protocols/plugin.ts";
import type { JobRequest } from "./job.ts";

/** Characters of a prompt, or of instructions, at most. */
const maxText = 1_000_000;

/** What can be seen of a request before it runs. @throws `bad_input`, `model_not_allowed`. */
export async function checkRequest(host: Host, request: JobRequest): Promise<void> {
  const { userId, keyId, prompt, instructions = "", threadId, model, callbackUrl } = request;
  const { attempts = 1, timeoutMs = 1 } = request;
  if (prompt.trim() === "") throw wrong("A job needs a prompt.", "Say what the model is to answer.");
  for (const [name, text] of Object.entries({ prompt, instructions }))
    if (text.length > maxText)
      throw wrong(`The ${name} of a job has ${maxText} characters at most.`, "Send less.");
  if (threadId !== undefined) checkThreadId(threadId);
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > 20)
    throw wrong("A job is tried 1 to 20 times.", "Give `attempts` as a whole number.");
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1)
    throw wrong("A job has a millisecond at least.", "Give `timeout_ms` as a whole number.");
  if (callbackUrl !== undefined) checkWebAddress(callbackUrl);
  if (model === undefined) return;
  const auth = await host.get("auth");
  if (await auth.requestAllowed({ username: userId, model, ...given({ keyId }) })) return;
  throw new SkeletonError("model_not_allowed", `You may not use the model ${model}.`, {
    hint: "Choose one of the models that GET /api/v1/models lists.",
  });
}

/** Of a thread that a caller names. @throws `bad_input`. */
export function checkThreadId(threadId: string): void {
  if (/^[^\p{Cc}]{1,200}$/u.test(threadId)) return;
  throw wrong(
    "The id of a thread has 1 to 200 characters, and no control characters.",
    "Choose another, or leave it out.",
  );
}

const wrong = (message: string, hint: string) => new SkeletonError("bad_input", message, { hint });
