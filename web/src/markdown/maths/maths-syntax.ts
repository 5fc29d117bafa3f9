import type { Code, Construct, Extension, State, Tokenizer } from "micromark-util-types";

declare module "micromark-util-types" {
  interface TokenTypeMap {
    mathsBlock: "mathsBlock";
    mathsText: "mathsText";
    mathsSign: "mathsSign";
    mathsValue: "mathsValue";
  }
}

const dollar = 36;
const backslash = 92;
const round = 40;
const roundEnd = 41;
const square = 91;
const squareEnd = 93;

/**
 * Maths between `$$` and `$$`, `\(` and `\)`, `\[` and `\]`, for micromark. A single `$` is a price. What begins a line
 * and ends one is a block; a block that its sign begins alone in a line may end with the text: the rest is still coming.
 */
export const mathsSyntax: Extension = {
  flow: { [dollar]: construct("mathsBlock"), [backslash]: construct("mathsBlock") },
  text: { [dollar]: construct("mathsText"), [backslash]: construct("mathsText") },
};

function construct(kind: "mathsBlock" | "mathsText"): Construct {
  // Concrete: what looks like a list inside it is none.
  return { name: kind, concrete: kind === "mathsBlock", tokenize: tokenizer(kind) };
}

function tokenizer(kind: "mathsBlock" | "mathsText"): Tokenizer {
  return function (effects, ok, nok) {
    const isBlock = kind === "mathsBlock";
    let mark: Code; // with it both signs begin
    let opener: Code; // with these they end
    let closer: Code;
    let alone = true; // nothing but blanks follows the opening sign in its line
    let inFirstLine = true;
    let closedTooEarly = false; // more text follows the closing sign: no block

    const close: Construct = {
      partial: true,
      tokenize(closing, closed, goOn) {
        const afterSign: State = (code) => {
          if (isBlank(code)) {
            closing.enter("whitespace");
            return blanks(code);
          }
          return atLineEnd(code);
        };
        const blanks: State = (code) => {
          if (isBlank(code)) {
            closing.consume(code);
            return blanks;
          }
          closing.exit("whitespace");
          return atLineEnd(code);
        };
        const atLineEnd: State = (code) => {
          if (code === null || isLineEnd(code)) return closed(code);
          closedTooEarly = true;
          return goOn(code);
        };
        return (code) => {
          closing.enter("mathsSign");
          closing.consume(code);
          return (second) => {
            if (second !== closer) return goOn(second);
            closing.consume(second);
            closing.exit("mathsSign");
            return isBlock ? afterSign : closed;
          };
        };
      },
    };

    /** The next line, unless it belongs to the quote or list around this only by laziness. */
    const nextLine: Construct = {
      partial: true,
      tokenize: (looking, found, none) => (code) => {
        looking.enter("lineEnding");
        looking.consume(code);
        looking.exit("lineEnding");
        return (next) => (this.parser.lazy[this.now().line] ? none(next) : found(next));
      },
    };

    const end: State = (code) => {
      effects.exit(kind);
      return ok(code);
    };
    const lineEnd: State = (code) => {
      effects.enter("lineEnding");
      effects.consume(code);
      effects.exit("lineEnding");
      inFirstLine = false;
      return between;
    };
    const between: State = (code) => {
      if (code === null) return isBlock && alone ? end(code) : nok(code);
      if (isLineEnd(code)) {
        if (!isBlock) return lineEnd(code);
        if (this.interrupt) return alone ? ok(code) : nok(code);
        return effects.check(nextLine, lineEnd, alone ? end : nok)(code);
      }
      if (code === mark) return effects.attempt(close, end, signInside)(code);
      effects.enter("mathsValue");
      return value(code);
    };
    const value: State = (code) => {
      if (code === null || isLineEnd(code) || code === mark) {
        effects.exit("mathsValue");
        return between(code);
      }
      if (inFirstLine && !isBlank(code)) alone = false;
      effects.consume(code);
      return value;
    };
    const signInside: State = (code) => {
      if (closedTooEarly) return nok(code);
      if (inFirstLine) alone = false;
      effects.enter("mathsValue");
      effects.consume(code);
      return (second) => {
        // Nobody opens maths inside maths. Looking on from each of ten thousand openings would take for ever.
        if (mark === backslash && second === opener) return nok(second);
        if (second === null || isLineEnd(second) || mark === dollar) return value(second);
        effects.consume(second);
        return value;
      };
    };

    return (code) => {
      mark = code;
      effects.enter(kind);
      effects.enter("mathsSign");
      effects.consume(code);
      return (second) => {
        opener = second;
        closer = closerOf(mark, opener);
        if (closer === null || (isBlock && opener === round)) return nok(second);
        effects.consume(second);
        effects.exit("mathsSign");
        return between;
      };
    };
  };
}

function closerOf(mark: Code, opener: Code): Code {
  if (mark === dollar) return opener === dollar ? dollar : null;
  if (opener === round) return roundEnd;
  return opener === square ? squareEnd : null;
}

// micromark gives line ends and blanks that are not characters of their own (CRLF, parts of a tab) negative codes.
const isLineEnd = (code: Code): boolean => code !== null && code < -2;
const isBlank = (code: Code): boolean => code === 32 || code === -1 || code === -2;
