/** Long enough that a text has few of them, short enough that one is parsed in a frame. */
const longEnough = 3_000;

/**
 * A long text in stretches of some screens each, cut only where a paragraph or a heading begins by itself. What is
 * added at the end of a text changes its last stretch alone, so an answer that grows costs the same however long it is.
 * A text with footnotes stays whole: they belong together across it.
 */
export function splitStretches(text: string): readonly string[] {
  if (text.length < longEnough || text.includes("[^")) return [text];
  const stretches: string[] = [];
  let start = 0;
  let fence: string | undefined;
  let maths = false;
  let afterBlank = false;
  for (let at = 0; at < text.length; at = lineEnd(text, at)) {
    const line = text.slice(at, lineEnd(text, at));
    const sign = fenceSign.exec(line)?.[1];
    if (fence !== undefined) {
      if (sign?.startsWith(fence) && line.trim() === sign) fence = undefined;
    } else if (sign !== undefined) fence = sign;
    else {
      if (afterBlank && !maths && at - start >= longEnough && ownBlock.test(line)) {
        stretches.push(text.slice(start, at));
        start = at;
      }
      if (mathsSign.test(line)) maths = leavesOpen(line, maths);
    }
    afterBlank = fence === undefined && line.trim() === "";
  }
  stretches.push(text.slice(start));
  return stretches;
}

const fenceSign = /^\s*(?:(?:[-*+>]|\d{1,9}[.)])\s+)*(`{3,}|~{3,})/;
/** A letter, or a whole heading sign: what follows cannot make it a list, a table or a part of the block before. */
const ownBlock = /^(?:#{1,6} \S|\p{L})/u;
const mathsSign = /\$\$|\\[[\]]/;

const leavesOpen = (line: string, open: boolean): boolean =>
  (line.match(/\$\$|\\[[\]]/g) ?? []).reduce((now, sign) => (sign === "$$" ? !now : sign === "\\["), open);

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end + 1;
}
