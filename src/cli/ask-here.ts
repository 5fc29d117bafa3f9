import pino, { type Logger } from "pino";
import type { LoadedConfig } from "../host/load-config.ts";
import type { BusBatch } from "../protocols/bus.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import { userFor } from "./ask-user.ts";
import type { LoadMain } from "./main-module.ts";
import type { Asked, Question } from "./question.ts";

/** Asks in this process, on the data folder itself: no server is needed, and one that runs does not mind. */
export async function askHere(
  question: Question,
  { loaded, user, main }: { loaded: LoadedConfig; user: string | undefined; main: LoadMain },
): Promise<Asked> {
  const { config, sources } = loaded;
  const { startApp } = await main();
  const app = await startApp(config, stderrLog(sources.has("log_level") ? config.log_level : "warn"));
  try {
    const userId = await userFor(config, app.host.resolved().auth?.file === undefined, user);
    const { turnId } = await app.turns.start({ kind: "message", userId, ...question });
    const reading = new AbortController();
    const batches = await app.turns.read({ userId, turnId }, undefined, reading.signal);
    return {
      events: eventsOf(batches),
      answer: (callId, approve, args) => app.turns.answer({ userId, turnId, callId }, approve, args),
      stop: () => app.turns.stop({ userId, turnId }),
      async close() {
        reading.abort();
        await app.close();
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
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
