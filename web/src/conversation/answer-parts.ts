import type { Consent, FileView, QuestionView, Segment } from "../../../src/turns/fold-turn.ts";
import { isShallowEqual } from "../lib/is-shallow-equal.ts";

/** A tool that was called, with what it said meanwhile. */
export type CallPart = {
  readonly kind: "call";
  readonly callId: string;
  readonly name: string;
  readonly arguments: string;
  readonly started: string;
  readonly ended?: string | undefined;
  readonly result?: string | undefined;
  readonly failed?: boolean | undefined;
  /** How it stands with the reader's word, where that is needed. */
  readonly consent?: Consent | undefined;
  /** When that was given: what runs began then. */
  readonly answered?: string | undefined;
  readonly why?: string | undefined;
  readonly once?: boolean | undefined;
  readonly again?: boolean | undefined;
  /** What it has asked while it ran. */
  readonly questions?: readonly QuestionView[] | undefined;
  readonly lines: readonly string[];
};

/** What an answer is made of, in the order in which it came. */
export type Part =
  | { readonly kind: "text"; readonly content: string; readonly started: string; readonly model?: string }
  | {
      readonly kind: "thinking";
      readonly content: string;
      readonly started: string;
      /** When what follows began. */
      readonly ended?: string | undefined;
    }
  | { readonly kind: "line"; readonly content: string; readonly started: string }
  | { readonly kind: "file"; readonly name: string; readonly mediaType: string; readonly started: string }
  | CallPart;

/** A call, and how many segments stand before it. */
export type PlacedCall = Omit<CallPart, "kind" | "lines"> & { readonly at: number };

/** What stands between the segments. */
export type Placed = { readonly calls: readonly PlacedCall[]; readonly files: readonly FileView[] };

/**
 * Segments, calls and files as one sequence. A line about a call that is known belongs to it.
 * @param ended when the last model call was over: the end of thoughts that nothing follows.
 */
export function answerParts(
  segments: readonly Segment[],
  { calls, files }: Placed,
  ended?: string,
): readonly Part[] {
  const parts: Part[] = [];
  const place = (index: number) => {
    for (const { at, ...call } of calls) if (at === index) parts.push({ ...call, kind: "call", lines: [] });
    for (const { at, name, mediaType, timestamp } of files)
      if (at === index) parts.push({ kind: "file", name, mediaType, started: timestamp });
  };
  segments.forEach((segment, index) => {
    place(index);
    const owner = parts.findLastIndex((part) => part.kind === "call" && part.callId === segment.callId);
    const call = parts[owner];
    if (segment.role === "tool" && call?.kind === "call") {
      parts[owner] = { ...call, lines: [...call.lines, ...newsIn(segment.content, call)] };
    } else if (segment.content !== "") parts.push(partOf(segment)); // one without words only keeps tools and files
  });
  place(segments.length);
  return parts.map((part, index) =>
    part.kind === "thinking" ? { ...part, ended: parts[index + 1]?.started ?? ended } : part,
  );
}

/** What a line says that its call does not show by itself: neither that it began, nor how it ended, nor its name. */
function newsIn(line: string, { name }: CallPart): readonly string[] {
  const repeats = [`🔧 Calling ${name}(`, `✅ ${name}: `, `❌ ${name}: `];
  if (repeats.some((start) => line.startsWith(start))) return [];
  return [line.startsWith(`${name}: `) ? line.slice(name.length + 2) : line];
}

function partOf({ role, content, timestamp: started, model }: Segment): Part {
  if (role === "thinking") return { kind: "thinking", content, started };
  if (role === "tool") return { kind: "line", content, started };
  return { kind: "text", content, started, ...(model === undefined ? {} : { model }) };
}

/** An answer and the rest that was given later: a sentence that broke off goes on. */
export function joinedParts(before: readonly Part[], rest: readonly Part[]): readonly Part[] {
  const last = before.at(-1);
  const [first, ...more] = rest;
  if (last?.kind !== "text" || first?.kind !== "text") return [...before, ...rest];
  return [...before.slice(0, -1), { ...first, ...last, content: last.content + first.content }, ...more];
}

/** What the model said, without its thinking and its tools. */
export const textOfParts = (parts: readonly Part[]): string =>
  parts.flatMap((part) => (part.kind === "text" ? [part.content] : [])).join("\n\n");

/** Whether two parts read the same. */
export function isSamePart(one: Part, other: Part): boolean {
  if (one.kind !== "call" || other.kind !== "call") return isShallowEqual(one, other);
  const { lines, ...call } = one;
  const { lines: otherLines, ...otherCall } = other;
  return isShallowEqual(call, otherCall) && isShallowEqual(lines, otherLines);
}
