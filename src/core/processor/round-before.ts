import type { ContextMessage } from "../../protocols/context.ts";
import type { ToolCall } from "../../protocols/model.ts";
import type { ToolOutcome } from "../../protocols/tools.ts";
import type { Talk } from "./talk.ts";

/** The round in which the server died. */
type RoundBefore = {
  /** How many rounds there were, this one among them. */
  readonly round: number;
  /** What became of calls and is not in the context yet. */
  readonly results: readonly {
    readonly call: ToolCall;
    readonly outcome: ToolOutcome;
    readonly place: number;
  }[];
  /** What is left to be done, in order. */
  readonly calls: readonly ToolCall[];
};

/** @param added what the turn has added to the context. */
export function roundBefore({ before }: Talk, added: readonly ContextMessage[]): RoundBefore {
  const rounds = added.flatMap((message, at) =>
    message.role === "assistant" && message.tool_calls?.length ? [{ at, calls: message.tool_calls }] : [],
  );
  const last = rounds.at(-1);
  if (last === undefined) return { round: 0, results: [], calls: [] };
  const known = new Set(
    added.slice(last.at + 1).flatMap((message) => (message.role === "tool" ? [message.tool_call_id] : [])),
  );
  const open = last.calls.filter(({ id }) => !known.has(id));
  const resultOf = ({ id }: ToolCall) => before.calls.get(id)?.result;
  return {
    round: rounds.length,
    results: open.flatMap((call) => {
      const result = resultOf(call);
      return result === undefined ? [] : [{ call, ...result }];
    }),
    calls: open.filter((call) => resultOf(call) === undefined),
  };
}
