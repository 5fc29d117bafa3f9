/*
 * Writes what goes to the model and what comes back to `prompts.jsonl` in the data folder, a JSON line each, for whoever
 * works on prompts. These are your users' words in clear text: tell them, and take the function out when you are done.
 *
 * At 10 MB the file becomes `prompts.1.jsonl`, that one `prompts.2.jsonl`, and so on; older than the third is gone.
 */
import { appendFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import type { FunctionPlugin } from "../../src/protocols/function-plugin.ts";
import type { Host } from "../../src/protocols/plugin.ts";

const maxBytes = 10_000_000;
const keptFiles = 3;

let host: Host;
/** One line after the other, so that none is torn and files change places only between two. */
let writing: Promise<void> = Promise.resolve();

/** Nobody waits for it: a conversation is not held up, nor stopped, because it could not be logged. */
function log(entry: object): void {
  const line = `${JSON.stringify({ time: host.now().toISOString(), ...entry })}\n`;
  const { log, config } = host;
  writing = writing.then(async () => {
    try {
      await write(config.data_path, line);
    } catch (error) {
      log.error({ err: error }, "prompt_logger: a line was not written");
    }
  });
}

async function write(folder: string, line: string): Promise<void> {
  const file = (number: number) => join(folder, number === 0 ? "prompts.jsonl" : `prompts.${number}.jsonl`);
  const size = (await orMissing(stat(file(0))))?.size ?? 0;
  if (size > 0 && size + Buffer.byteLength(line) > maxBytes)
    for (let number = keptFiles - 1; number >= 0; number--)
      await orMissing(rename(file(number), file(number + 1)));
  await appendFile(file(0), line, { mode: 0o600 }); // for whoever runs the server alone
}

async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export default {
  name: "prompt_logger",
  priority: -1000, // after functions that change the message: what is logged is what the model sees
  start(given) {
    host = given;
  },
  preCall({ message, model, systemPrompt, tools }, { userId, threadId, turnId }) {
    const place = { user: userId, thread: threadId, turn: turnId };
    log({ to: model, ...place, message, system_prompt: systemPrompt, tools: tools.map(({ name }) => name) });
    return undefined;
  },
  postCall(message, { userId, threadId, turnId }) {
    log({ from: "model", user: userId, thread: threadId, turn: turnId, message });
    return undefined;
  },
  shutdown: () => writing,
} satisfies FunctionPlugin;
