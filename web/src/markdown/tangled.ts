/**
 * Whether Markdown is nested so deeply that parsing it would hang or overflow: nobody writes so, but an attacker may.
 * One look at each character; the limits are far above what people and models write, and far below what takes 100 ms.
 */
export function isTangled(text: string): boolean {
  return deepContainers.test(text) || deepIndent.test(text) || isKnotted(text);
}

const marker = String.raw`(?:>|(?:[-+*]|\d{1,9}[.)])(?=\s))`;
/** Quotes and lists that open one inside the other on a single line. */
const deepContainers = new RegExp(String.raw`^(?:[ \t]*${marker}){40}`, "m");
/** A list that is reached by indenting it further and further. Code may be indented so, but no list. */
const deepIndent = new RegExp(String.raw`^[ \t]*(?:[ ]{4}|\t){40}[ \t]*${marker}`, "m");

const maxOpenBrackets = 300;
const maxStarRuns = 1000;

/** Brackets inside brackets, and emphasis inside emphasis. Neither reaches across an empty line. */
function isKnotted(text: string): boolean {
  let open = 0;
  let runs = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === "[") open++;
    else if (sign === "]") open = Math.max(0, open - 1);
    else if ((sign === "*" || sign === "_") && text[at - 1] !== sign) runs++;
    else if (sign === "\n" && endsBlock(text, at + 1)) open = runs = 0;
    if (open > maxOpenBrackets || runs > maxStarRuns) return true;
  }
  return false;
}

/** An empty line, or one that begins a list item, a row or a heading. */
const endsBlock = (text: string, start: number): boolean => /[\n|#\d+*-]/.test(text.charAt(start));
