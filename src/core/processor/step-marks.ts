/** What is in a stretch of text: words, or the number of the step that begins behind them. */
export type Piece = string | number;

export type MarkSplitter = {
  /** What can be said of it by now. A piece waits only while its line may become a mark. */
  push(text: string): readonly Piece[];
  /** No more of this text will come: says what was held back. */
  end(): readonly Piece[];
};

/** A whole line that says where the answer is. Further in, it would be code. */
const mark = /^ {0,3}\[\[step (\d{1,3})\]\][ \t]{0,8}\r?\n?$/i;
/** What may become one. */
const beginning =
  /^ {0,3}(?:\r|\[(?:\[(?:s(?:t(?:e(?:p(?: (?:\d{1,3}(?:\](?:\](?:[ \t]{0,8}\r?)?)?)?)?)?)?)?)?)?)?)?$/i;
/** A fence opens or shuts a block of code, also in a list; one with a backtick behind it is code in a line. */
const fence = /^\s*(`{3,}(?=[^`]*$)|~{3,})/;
/** Characters of a line that are kept to see whether it is a fence. */
const longestFence = 300;

/**
 * Takes the marks of the steps out of an answer, however the text is cut: lines such as `[[step 2]]` with a step that
 * there is. Anything else that looks like one stays, as does all that stands in a block of code. Blank lines behind a mark
 * go with it where the text begins or a blank line is there already.
 * @param steps how many there are.
 */
export function splitMarks(steps: number): MarkSplitter {
  /** The line so far, as long as it may be a mark; then nothing of it. */
  let held = "";
  /** The line so far, as far as it may be a fence. */
  let line = "";
  let open: string | undefined;
  /** The last line that was said was blank, or nothing was said yet. */
  let blank = true;
  let behindMark = false;

  function stepIn(text: string): number | undefined {
    const number = Number(mark.exec(text)?.[1] ?? 0);
    return number >= 1 && number <= steps ? number : undefined;
  }

  /** Says a part of a line. */
  function say(text: string, pieces: Piece[]): void {
    const ends = text.endsWith("\n");
    if (line.length < longestFence) line += text;
    if (behindMark && blank && line === text && /^ {0,3}\r?\n$/.test(text)) {
      line = "";
      return;
    }
    if (text !== "") pieces.push(text);
    if (!ends) {
      if (line.trim() !== "") behindMark = false;
      return;
    }
    blank = line.trim() === "";
    if (!blank) behindMark = false;
    const [found] = fence.exec(line.trimEnd()) ?? [];
    const sign = found?.trim();
    if (open === undefined) open = sign;
    else if (sign?.startsWith(open) && line.trim() === sign) open = undefined;
    line = "";
  }

  /** Says a whole line, or the end of one, or what is known of one. */
  function take(text: string, pieces: Piece[]): void {
    const begins = line === "" && open === undefined;
    const step = begins && text.endsWith("\n") ? stepIn(text) : undefined;
    if (step !== undefined) {
      pieces.push(step);
      behindMark = true;
    } else if (begins && beginning.test(text)) held = text;
    else say(text, pieces);
  }

  return {
    push(text) {
      const pieces: Piece[] = [];
      let rest = held + text;
      held = "";
      while (rest !== "") {
        const end = rest.indexOf("\n") + 1 || rest.length;
        take(rest.slice(0, end), pieces);
        rest = rest.slice(end);
      }
      return joined(pieces);
    },
    end() {
      const last = held;
      held = "";
      const step = stepIn(last);
      const pieces: Piece[] = [];
      if (step !== undefined) pieces.push(step);
      else say(last, pieces);
      return pieces;
    },
  };
}

/** Neighbouring words as one piece. */
function joined(pieces: readonly Piece[]): readonly Piece[] {
  const all: Piece[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (typeof piece === "string" && typeof last === "string") all[all.length - 1] = last + piece;
    else all.push(piece);
  }
  return all;
}
