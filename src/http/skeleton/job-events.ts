import type { JobAt } from "../../jobs/job.ts";
import { jobRow } from "../../jobs/job-row.ts";
import type { BusBatch } from "../../protocols/bus.ts";
import type { HttpContext } from "../context.ts";

/**
 * A job at each change, and between them what its turns say: `{"event":"job","data":job}` among the turn's own events. Ends
 * once the job is over. Entries have no ids: whoever comes back hears it from the beginning.
 * @throws `job_not_found`.
 */
export async function jobEvents(
  { jobs, turns }: Pick<HttpContext, "jobs" | "turns">,
  at: JobAt,
  signal: AbortSignal,
): Promise<AsyncIterable<BusBatch>> {
  await jobs.get(at); // so that a missing one is told before the stream begins
  return tell();

  async function* tell(): AsyncGenerator<BusBatch, void> {
    let heard: string | undefined;
    for await (const job of jobs.watch(at, signal)) {
      const { turnId } = job;
      const line = JSON.stringify({ event: "job", data: jobRow(job) });
      // A job that was over before its turn was told of: first what it said, then its end.
      if (turnId === undefined || turnId === heard) yield { firstId: 0, data: [line] };
      else {
        const isOver = job.finished !== null;
        if (!isOver) yield { firstId: 0, data: [line] };
        heard = turnId;
        yield* turnEvents(turnId);
        if (isOver) yield { firstId: 0, data: [line] };
      }
    }
  }

  async function* turnEvents(turnId: string): AsyncGenerator<BusBatch, void> {
    const turn = { userId: at.userId, turnId };
    yield* await turns.read(turn, undefined, signal);
  }
}
