import { planMarkdown } from "../../../src/lib/plan-text.ts";
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

/** A step of a plan, as it stands. */
export type StepView = {
  readonly text: string;
  readonly struck?: boolean | undefined;
  readonly state?: "doing" | "done" | undefined;
};

/** A plan: as it is written, and once that is over its steps. */
export type PlanPart = {
  readonly kind: "plan";
  readonly said: string;
  readonly started: string;
  readonly model?: string | undefined;
  readonly steps?: readonly StepView[] | undefined;
  /** How it stands with the reader's word, where that is needed. */
  readonly consent?: Consent | undefined;
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
  | PlanPart
  | CallPart;

/** A call, and how many segments stand before it. */
export type PlacedCall = Omit<CallPart, "kind" | "lines"> & { readonly at: number };

/** What stands between the segments, and the plan that one of them tells. */
export type Placed = {
  readonly calls: readonly PlacedCall[];
  readonly files: readonly FileView[];
  readonly plan?: Pick<PlanPart, "model" | "steps" | "consent"> | undefined;
};

/**
 * Segments, calls and files as one sequence. A line about a call that is known belongs to it.
 * @param ended when the last model call was over: the end of thoughts that nothing follows.
 */
export function answerParts(
  segments: readonly Segment[],
  { calls, files, plan }: Placed,
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
    } else if (segment.role === "plan") addPlan(parts, segment);
    else if (segment.content !== "") parts.push(partOf(segment)); // one without words only keeps tools and files
  });
  place(segments.length);
  if (plan !== undefined) {
    const { model, steps, consent } = plan;
    const at = parts.findIndex((part) => part.kind === "plan");
    const written = parts[at];
    if (written?.kind === "plan") parts[at] = { ...written, model, steps, consent };
    else
      parts.unshift({ kind: "plan", said: "", started: segments[0]?.timestamp ?? "", model, steps, consent });
  }
  return parts.map((part, index) =>
    part.kind === "thinking" ? { ...part, ended: parts[index + 1]?.started ?? ended } : part,
  );
}

/** A planning model may think in between: its plan is one all the same. */
function addPlan(parts: Part[], { content, timestamp: started, model }: Segment): void {
  const at = parts.findIndex((part) => part.kind === "plan");
  const written = parts[at];
  if (written?.kind === "plan") parts[at] = { ...written, said: written.said + content };
  else parts.push({ kind: "plan", said: content, started, model });
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

/** An answer and the rest that was given later: a sentence that broke off goes on, and its plan is further on. */
export function joinedParts(before: readonly Part[], rest: readonly Part[]): readonly Part[] {
  const [first, ...more] = rest;
  const planned = before.findIndex((part) => part.kind === "plan");
  const plan = before[planned];
  if (plan?.kind === "plan" && first?.kind === "plan" && first.said === "")
    return joinedParts(before.with(planned, { ...plan, steps: first.steps }), more);
  const last = before.at(-1);
  if (last?.kind !== "text" || first?.kind !== "text") return [...before, ...rest];
  return [...before.slice(0, -1), { ...first, ...last, content: last.content + first.content }, ...more];
}

/**
 * What the model said, without its thinking and its tools, and the plan that it went by.
 * @param heading of the plan.
 */
export const textOfParts = (parts: readonly Part[], heading: string): string =>
  parts
    .flatMap((part) => {
      if (part.kind === "text") return [part.content];
      if (part.kind !== "plan") return [];
      return [`**${heading}**\n\n${part.steps === undefined ? part.said : planMarkdown(part.steps)}`];
    })
    .join("\n\n");

/** Whether two parts read the same. */
export function isSamePart(one: Part, other: Part): boolean {
  if (one.kind !== "call" || other.kind !== "call") return isShallowEqual(one, other);
  const { lines, ...call } = one;
  const { lines: otherLines, ...otherCall } = other;
  return isShallowEqual(call, otherCall) && isShallowEqual(lines, otherLines);
}
