import { given } from "../../lib/given.ts";
import type { ToolOutcome } from "../../protocols/tools.ts";
import type { TurnEvent } from "../../protocols/turn-event.ts";
import type { Segments } from "./segments.ts";

/** A call that the reader was told of before the server died. */
export type ToldCall = {
  readonly consent?: "asked" | "approved" | "refused";
  /** What the user made of its arguments. */
  readonly arguments?: string;
  /** What became of it, and the place of the line that says so. */
  readonly result?: { readonly outcome: ToolOutcome; readonly place: number };
};

/** What a turn that goes on has told before. */
export type ToldBefore = {
  readonly calls: ReadonlyMap<string, ToldCall>;
  /** How many messages the reader knows to be left out. */
  readonly leftOut: number;
};

/** Reads it, and has `said` hear it. */
export function toldBefore(events: readonly TurnEvent[], said: Segments): ToldBefore {
  const calls = new Map<string, ToldCall>();
  let leftOut = 0;
  for (const { event, data } of events) {
    said.hear([{ event, data } as TurnEvent]);
    if (event === "context") leftOut = data.left_out;
    else if (event === "tool_call") calls.set(data.call_id, {});
    else if (event === "approval_request") note(data.call_id, { consent: "asked" });
    else if (event === "approval")
      note(data.call_id, {
        consent: data.approved ? "approved" : "refused",
        ...given({ arguments: data.arguments }),
      });
    else if (event === "tool_result") {
      const outcome = { content: data.content, ...(data.failed && { failed: true as const }) };
      note(data.call_id, { result: { outcome, place: said.voices.length } }); // its line comes next
    }
  }
  return { calls, leftOut };

  function note(callId: string, news: ToldCall): void {
    calls.set(callId, { ...calls.get(callId), ...news });
  }
}
