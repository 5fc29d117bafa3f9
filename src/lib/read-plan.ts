/** A planning model's text as a checklist. */
export type ReadPlan = {
  /** What each step says; its details are lines of it. */
  readonly steps: readonly string[];
  /** The text may stand for the steps: it is no list, or a list that counts them 1, 2, 3 itself. */
  readonly counts: boolean;
};

/** Steps at most; what comes after them belongs to the last one. */
export const mostSteps = 100;

type Line = { readonly indent: number; readonly text: string; readonly mark?: Mark };
type Mark = { readonly number?: number; readonly text: string; readonly column: number };

const numbered =
  /^(?:#{1,6}\s+)?(\*\*|__)?(?:step\s+)?\(?(\d{1,3})(?:[.):]+(?=\s|\*\*|__|$)|\s+[-–—](?=\s))(?:\*\*|__)?\s*/i;
const bullet = /^[-*+•–]\s+/;
const box = /^\[[ xX]?\]\s+/;
const heading = /^(?:#{1,6}\s|(\*\*|__)[^*_]+\1:?$)/;
const fence = /^(?:```|~~~)/;

/**
 * Reads the steps out of it: `1.`, `1)`, `Step 1:` or `- `, in bold or not. Lines below a step are its details; words
 * before the first step and a paragraph behind the last one are none. Without any list the whole text is one step, and
 * without a word there is none.
 */
export function readPlan(said: string): ReadPlan {
  const text = unfenced(said.replace(/^(?:[ \t]*\r?\n)+/, "").trimEnd());
  const lines = linesIn(text);
  const tops = topItems(lines);
  if (tops.size === 0) return { steps: text === "" ? [] : [text.trim()], counts: true };
  const steps: string[][] = [];
  let column = 0;
  let ended = false; // a blank line came, and nothing that belongs to the step since
  let inFence = false;
  const lastTop = lines.findLastIndex((line) => tops.has(line));
  for (const [at, line] of lines.entries()) {
    const { indent, text: words, mark } = line;
    const step = steps.at(-1);
    if (!inFence && mark !== undefined && tops.has(line) && steps.length < mostSteps) {
      steps.push([mark.text]);
      column = indent + mark.column;
      ended = false;
      continue;
    }
    if (fence.test(words)) inFence = !inFence;
    if (step === undefined) continue;
    if (words === "" && !inFence) ended = true;
    else if (!ended || indent > 0 || mark !== undefined || at < lastTop) {
      if (!inFence && heading.test(words)) continue;
      step.push(" ".repeat(Math.max(0, indent - column)) + words);
      ended = false;
    }
  }
  const numbers = [...tops].map(({ mark }) => mark?.number);
  return {
    steps: steps.map((step) => step.join("\n").trim()).filter((step) => step !== ""),
    counts: numbers.every((number, at) => number === at + 1) && numbers.length <= mostSteps,
  };
}

/** What a fence around the whole of it holds. */
function unfenced(text: string): string {
  const [, inner] = /^(?:```|~~~)[^\n]*\n([\s\S]*)\n(?:```|~~~)$/.exec(text) ?? [];
  return inner === undefined || /^\s*(?:```|~~~)/m.test(inner) ? text : inner.trim();
}

function linesIn(text: string): readonly Line[] {
  return text.split(/\r?\n/).map((raw) => {
    const words = raw.trimEnd().replaceAll("\t", "    ");
    const indent = words.length - words.trimStart().length;
    const line = { indent, text: words.trimStart() };
    const mark = markOf(line.text);
    return mark === undefined ? line : { ...line, mark };
  });
}

function markOf(words: string): Mark | undefined {
  const [head, bold, number] = numbered.exec(words) ?? [];
  if (head !== undefined) {
    const rest = words.slice(head.length).replace(box, "");
    // `**1. Look** around` opened its bold before the number; `**1.** Look` shut it again.
    const open = head.trimEnd().endsWith(bold ?? "") ? undefined : bold;
    return { number: Number(number), text: plain(rest, open), column: head.length };
  }
  const [dash] = heading.test(words) ? [] : (bullet.exec(words) ?? []);
  if (dash === undefined) return undefined;
  return { text: plain(words.slice(dash.length).replace(box, "")), column: dash.length };
}

/** Without the stars around its first words; `open`: those that stood before the number. */
function plain(text: string, open?: string): string {
  const whole = /^(\*\*|__)(.+?)\1/.exec(text);
  if (whole !== null) return (whole[2] ?? "") + text.slice(whole[0].length);
  return open === undefined ? text : text.replace(open, "");
}

/** The lines that begin a step: numbered ones where there are any, else the points, of those that stand furthest left. */
function topItems(lines: readonly Line[]): ReadonlySet<Line> {
  let inFence = false;
  const items = lines.filter((line) => {
    if (fence.test(line.text)) inFence = !inFence;
    return !inFence && line.mark !== undefined;
  });
  const counted = items.filter(({ mark }) => mark?.number !== undefined);
  const some = counted.length > 0 ? counted : items;
  const left = some.reduce((least, { indent }) => Math.min(least, indent), Number.POSITIVE_INFINITY);
  return new Set(some.filter(({ indent }) => indent <= left + 1));
}
