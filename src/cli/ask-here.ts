import pino, { type Logger } from "pino";
import type { LoadedConfig } from "../host/load-config.ts";
import { type CommandAnswerRow, commandAnswerRow } from "../lib/command-row.ts";
import { mayBeCommand } from "../lib/command-text.ts";
import { given } from "../lib/given.ts";
import type { BusBatch } from "../protocols/bus.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import { userFor } from "./ask-user.ts";
import type { LoadMain, RunningApp } from "./main-module.ts";
import type { Asked, Begun, Question } from "./question.ts";

/**
 * Asks in this process, on the data folder itself: no server is needed, and one that runs does not mind. A question that
 * is a command is run as one.
 */
export async function askHere(
  question: Question,
  { loaded, user, main }: { loaded: LoadedConfig; user: string | undefined; main: LoadMain },
): Promise<Begun> {
  const { config, sources } = loaded;
  const { startApp } = await main();
  const app = await startApp(config, stderrLog(sources.has("log_level") ? config.log_level : "warn"));
  const reading = new AbortController();
  const close = async () => {
    reading.abort();
    await app.close();
  };
  try {
    const userId = await userFor(config, app.host.resolved().auth?.file === undefined, user);
    const said = await runHere(app, userId, question);
    if (said !== undefined && said.effect?.kind !== "turn") return { said, close };
    const turnId =
      said?.effect?.kind === "turn"
        ? said.effect.turn_id
        : (await app.turns.start({ kind: "message", userId, ...question })).turnId;
    const batches = await app.turns.read({ userId, turnId }, undefined, reading.signal);
    const asked: Asked = {
      events: eventsOf(batches),
      answer: (callId, approve, args) => app.turns.answer({ userId, turnId, callId }, approve, args),
      stop: () => app.turns.stop({ userId, turnId }),
    };
    return { ...given({ said }), asked, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What comes of a question that is a command. */
async function runHere(
  { host, turns }: RunningApp,
  userId: string,
  { content, threadId, model, systemPrompt }: Question,
): Promise<CommandAnswerRow | undefined> {
  if (!mayBeCommand(content)) return undefined;
  const origin = { userId, turns, choice: given({ model, systemPrompt }), ...given({ threadId }) };
  const answer = await (await host.get("commands")).run(content, origin);
  return answer && commandAnswerRow(answer);
}

async function* eventsOf(batches: AsyncIterable<BusBatch>): AsyncGenerator<TurnEvent, void> {
  for await (const { data } of batches) for (const line of data) yield JSON.parse(line) as TurnEvent;
}

/** The log as lines for a person: stdout is for the answer alone. */
function stderrLog(level: string): Logger {
  return pino(
    { level, base: null },
    {
      write(line: string) {
        const { msg, reason } = JSON.parse(line) as { readonly msg?: string; readonly reason?: string };
        process.stderr.write(
          `skeleton: ${msg ?? line.trim()}${reason === undefined ? "" : ` (${reason})`}\n`,
        );
      },
    },
  );
}
