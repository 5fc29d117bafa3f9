import { EventSourceParserStream } from "eventsource-parser/stream";
import { codeOf, SkeletonError } from "../lib/errors.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";

/** Pauses double from here to there, in ms; all of them together are some 25 s, enough for a server to start again. */
const firstPauseMs = 250;
const longestPauseMs = 5_000;
const attempts = 8;

/** What passes by itself: a server that restarts, and proxies that wait for it. */
const passing = new Set(["shutting_down", "upstream_unreachable", "upstream_timeout"]);

export type FollowOptions = {
  /** The turn's events after this id, as server-sent events. */
  readonly open: (after: number) => Promise<Response>;
  readonly pause: (ms: number) => Promise<unknown>;
  readonly signal: AbortSignal;
};

/**
 * All events of a turn, to `stream_end`, each once, whatever happens to the connections.
 * @throws what `open` throws, save what passes by itself; `upstream_unreachable` when it does not pass.
 */
export async function* followTurn({ open, pause, signal }: FollowOptions): AsyncGenerator<TurnEvent, void> {
  let after = 0;
  let failed = 0;
  let seen = createSeen();
  for (;;) {
    try {
      for await (const { id, event } of eventsIn(await open(after))) {
        failed = 0;
        after = id ?? after + 1;
        const fresh = seen(event);
        if (fresh !== undefined) yield fresh;
        if (event.event === "stream_end") return;
      }
    } catch (error) {
      if (signal.aborted) throw error;
      if (codeOf(error) === "cursor_lost" && after > 0) {
        // The server started again in between: it tells the turn anew, from what it kept.
        after = 0;
        seen = seen.again();
        continue;
      }
      if (error instanceof SkeletonError && !passing.has(error.code)) throw error;
      if (failed >= attempts) throw lost(error);
    }
    if (failed >= attempts) throw lost(undefined);
    await pause(Math.min(longestPauseMs, firstPauseMs * 2 ** failed));
    failed += 1;
  }
}

const lost = (cause: unknown) =>
  new SkeletonError("upstream_unreachable", "The connection to the server is lost.", {
    hint: "The turn goes on there: its answer will be in the thread.",
    cause,
  });

type Seen = ((event: TurnEvent) => TurnEvent | undefined) & { again(): Seen };

/** Lets through what is new, should a turn be told a second time in other pieces. */
function createSeen(
  skip: Readonly<Record<string, number>> = {},
  steps: Set<string> = new Set(),
  isFirst = true,
): Seen {
  const total: Record<string, number> = {};
  const look = (event: TurnEvent): TurnEvent | undefined => {
    if (event.event.startsWith("tool_") || event.event.startsWith("approval")) {
      // Each is told again as it was, and what follows it, where a turn went on after its server died, is new.
      const text = JSON.stringify(event);
      if (!isFirst && steps.has(text)) return undefined;
      steps.add(text);
      return event;
    }
    if (event.event !== "message_tokens" && event.event !== "thinking_tokens") {
      return isFirst || event.event === "error" || event.event === "stream_end" ? event : undefined;
    }
    const { content } = event.data;
    const before = total[event.event] ?? 0;
    total[event.event] = before + content.length;
    const known = Math.max(0, (skip[event.event] ?? 0) - before);
    if (known === 0) return event;
    return known >= content.length
      ? undefined
      : { ...event, data: { ...event.data, content: content.slice(known) } };
  };
  const reached = () => {
    const kinds = new Set([...Object.keys(total), ...Object.keys(skip)]);
    return Object.fromEntries([...kinds].map((kind) => [kind, Math.max(total[kind] ?? 0, skip[kind] ?? 0)]));
  };
  return Object.assign(look, { again: () => createSeen(reached(), steps, false) });
}

async function* eventsIn(
  answer: Response,
): AsyncGenerator<{ id: number | undefined; event: TurnEvent }, void> {
  if (answer.body === null) return;
  const messages = answer.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  for await (const { id, data } of messages) {
    yield { id: id === undefined ? undefined : Number(id), event: JSON.parse(data) as TurnEvent };
  }
}
