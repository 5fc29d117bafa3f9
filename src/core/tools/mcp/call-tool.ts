import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { type Progress, type Result, ResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { SkeletonError } from "../../../lib/errors.ts";
import type { Json } from "../../../protocols/json.ts";
import { words } from "./failure.ts";
import { ownSignal } from "./own-signal.ts";
import { type CallResult, resultText } from "./result-text.ts";

/** Lines of progress that one call may show: each goes into the history. */
const MAX_LINES = 200;
const MAX_LINE = 500;

/** The longest that a timer of Node can wait. */
const FOR_EVER = 2_147_483_647;

/**
 * Calls a tool of a server: yields its progress, returns its result. Aborting, and leaving early, cancel it there. It has no
 * limit of its own: that of a tool stands still while its user is asked.
 * @throws `upstream_refused` with the server's words when it says that the call failed; the errors of the SDK.
 */
export async function* callTool(
  client: Client,
  name: string,
  args: Readonly<Record<string, Json>>,
  signal: AbortSignal,
): AsyncGenerator<string, string> {
  signal.throwIfAborted();
  const own = ownSignal(signal);
  const lines: string[] = [];
  let shown = 0;
  let done = false;
  let wake = () => {};
  const answer = client
    .request({ method: "tools/call", params: { name, arguments: { ...args } } }, ResultSchema, {
      timeout: FOR_EVER,
      signal: own.signal,
      onprogress: (progress) => {
        if (++shown > MAX_LINES) return;
        lines.push(progressText(progress));
        wake();
      },
    })
    .finally(() => {
      done = true;
      wake();
    });
  answer.catch(() => {}); // it is awaited below, after its progress
  try {
    for (;;) {
      const line = lines.shift();
      if (line !== undefined) yield line;
      else if (done) break;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
    const result: CallResult & Result = await answer;
    const text = resultText(result);
    if (result.isError === true) throw refused(text);
    return text;
  } finally {
    own.letGo();
    if (!done) own.abort();
  }
}

function progressText({ message, progress, total }: Progress): string {
  const count = total === undefined ? `${progress}` : `${progress}/${total}`;
  return (message === undefined || message === "" ? count : `${message} (${count})`).slice(0, MAX_LINE);
}

const refused = (text: string) =>
  new SkeletonError("upstream_refused", words(text === "" ? "it failed without saying why" : text), {
    hint: "Correct the arguments of the call.",
  });
