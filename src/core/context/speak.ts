import type { ContextMessage } from "../../protocols/context.ts";
import type { ThreadMessage } from "../../protocols/threads.ts";

/** A message of the context, and the entries that it stands for: from the asked one up to and without `end`. */
export type Said = { readonly message: ContextMessage | undefined; readonly end: number };

/**
 * What the entry at `place` says by itself. One answer may be several entries, with thoughts and tool lines between
 * them: it is one message. `stops(place)` tells where something else is said in between.
 */
export function saidAt(
  entries: readonly ThreadMessage[],
  place: number,
  stops: (place: number) => boolean,
): Said {
  const entry = entries[place];
  if (entry?.role === "user")
    return { message: { id: entry.id, role: "user", content: entry.content }, end: place + 1 };
  if (entry?.role !== "assistant") return { message: undefined, end: place + 1 };
  let content = entry.content;
  let end = place + 1;
  for (const next of answerAfter(entries, place, stops)) {
    const apart = entries.slice(end, next).some(({ role }) => role === "tool");
    content += `${apart ? "\n\n" : ""}${entries[next]?.content ?? ""}`;
    end = next + 1;
  }
  // Providers refuse a message without words; such an entry keeps what its turn did beside talking.
  return { message: content === "" ? undefined : { id: entry.id, role: "assistant", content }, end };
}

/** How far a message that was added for the entry at `place` stands for the entries after it. */
export function coveredBy(
  message: ContextMessage,
  entries: readonly ThreadMessage[],
  place: number,
  stops: (place: number) => boolean,
): number {
  let text = entries[place]?.content ?? "";
  // A hook may have rewritten the whole answer: then nothing but what was said in between ends it.
  const rewritten = !message.content.startsWith(text);
  let end = place + 1;
  for (const next of answerAfter(entries, place, rewritten ? stops : () => false)) {
    text += entries[next]?.content ?? "";
    if (!rewritten && !message.content.startsWith(text)) break;
    end = next + 1;
  }
  return end;
}

/** The further assistant entries of the same turn. */
function* answerAfter(
  entries: readonly ThreadMessage[],
  place: number,
  stops: (place: number) => boolean,
): Generator<number, void> {
  const turnId = entries[place]?.turnId;
  if (turnId === undefined || entries[place]?.role !== "assistant") return;
  for (let next = place + 1; next < entries.length && !stops(next - 1); next += 1) {
    const entry = entries[next];
    if (entry?.role === "user" || entry?.turnId !== turnId) return;
    if (entry.role === "assistant") yield next;
  }
}
