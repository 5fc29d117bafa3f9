import { isPassingStatus } from "../lib/passing-status.ts";
import type { Usage } from "../protocols/model.ts";
import type { NewMessage } from "../protocols/threads.ts";
import type { TurnMeta } from "../turns/history-entries.ts";
import type { TurnOutcome } from "../turns/turn-outcome.ts";
import type { TurnRecord } from "../turns/turn-records.ts";

/** What an attempt has come to. */
export type Verdict =
  | { readonly state: "done"; readonly result: string; readonly usage?: Usage }
  | Failure
  /** Somebody stopped its turn. */
  | { readonly state: "cancelled"; readonly result: null };

export type Failure = {
  readonly state: "error";
  readonly result: string;
  readonly errorCode: string;
  /** It may pass: another attempt is worth its while. */
  readonly mayPass: boolean;
  readonly usage?: Usage;
};

/** Failures of the model's side and of the server's own, as opposed to those of the request. */
const passing: readonly string[] = [
  "upstream_unreachable",
  "upstream_timeout",
  "upstream_broken",
  "rate_limited",
  "store_locked",
  "store_unavailable", // a database that restarts ends what was being written, and is back in a moment
  "internal",
];

/** A refusal is judged by its status. One without came inside an answer that had begun: the request itself was taken. */
const mayPass = (errorCode: string, upstreamStatus?: number): boolean =>
  errorCode === "upstream_refused"
    ? upstreamStatus === undefined || isPassingStatus(upstreamStatus)
    : passing.includes(errorCode);

/** @param upstreamStatus the HTTP status with which the model's provider refused, where it did. */
export const failed = (errorCode: string, result: string, upstreamStatus?: number): Failure => ({
  state: "error",
  ...{ result, errorCode, mayPass: mayPass(errorCode, upstreamStatus) },
});

export function verdictOn({ turn, entries }: TurnOutcome): Verdict {
  const { usage } = turnMetaOf(entries) ?? {};
  const more = usage === undefined ? {} : { usage };
  if (turn.state === "interrupted" && turn.cutBy === "reader") return { state: "cancelled", result: null };
  if (turn.state === "interrupted")
    return { ...failed("worker_crashed", turn.error ?? "The server stopped while it answered."), ...more };
  if (turn.state === "failed") return { ...failureOf(turn), ...more };
  const result = answerIn(entries);
  if (result.trim() === "") return { ...failed("empty_output", "Empty model output"), ...more };
  return { state: "done", result, ...more };
}

const failureOf = ({ errorCode = "internal", error = "The answer failed.", upstreamStatus }: TurnRecord) =>
  failed(errorCode, error, upstreamStatus);

const turnMetaOf = (entries: readonly NewMessage[]): TurnMeta | undefined =>
  entries.at(-1)?.meta?.turn as TurnMeta | undefined;

/** What the model said after its last call of a tool: what it said before was about what it was going to do. */
function answerIn(entries: readonly NewMessage[]): string {
  const call = turnMetaOf(entries)?.calls?.at(-1);
  const from = call === undefined ? 0 : entries.findIndex(({ id }) => id === call.before);
  const last = from < 0 ? [] : entries.slice(from);
  return last
    .filter(({ role }) => role === "assistant")
    .map(({ content }) => content)
    .join("\n\n");
}
