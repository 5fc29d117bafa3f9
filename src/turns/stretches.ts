import type { TurnEvent } from "../protocols/turn-event.ts";

type Tokens = Extract<TurnEvent, { readonly event: "message_tokens" | "thinking_tokens" | "plan_tokens" }>;

const isTokens = (event: TurnEvent): event is Tokens =>
  event.event === "message_tokens" || event.event === "thinking_tokens" || event.event === "plan_tokens";

/** The same in as few events as it takes. */
export function joined(events: readonly TurnEvent[]): readonly TurnEvent[] {
  const stretches = createStretches();
  for (const event of events) stretches.add(event);
  return stretches.take();
}

/**
 * Gathers events: neighbouring tokens of one voice become one event, empty ones none. Of a token nothing is kept but its
 * text: whole events would outlive the young generation of the heap, at every token of every answer.
 */
export function createStretches(): { add(event: TurnEvent): void; take(): readonly TurnEvent[] } {
  let stretches: TurnEvent[] = [];
  let last: Tokens | undefined;
  let pieces: string[] = [];
  function finish(): void {
    if (last === undefined) return;
    stretches.push({ event: last.event, data: { ...last.data, content: pieces.join("") } });
    last = undefined;
    pieces = [];
  }
  return {
    add(event) {
      if (!isTokens(event)) {
        finish();
        stretches.push(event);
        return;
      }
      if (event.data.content === "") return;
      if (last?.event !== event.event || last.data.model !== event.data.model) {
        finish();
        last = event;
      }
      pieces.push(event.data.content);
    },
    take() {
      finish();
      const taken = stretches;
      stretches = [];
      return taken;
    },
  };
}
