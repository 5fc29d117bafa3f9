import { useEffect, useRef, useState } from "react";
import type { Line } from "./highlighted.ts";

/** While code still comes it is highlighted again at most so often: its last words may be plain for that long. */
const restMs = 200;

const none: readonly Line[] = [];

/** The lines of `code`, highlighted as far as they are by now. What is not yet, is plain: nothing waits for colour. */
export function useHighlighted(code: string, grammar: string | undefined): readonly Line[] {
  const [lines, setLines] = useState(none);
  const wanted = useRef(code);
  const busy = useRef(false);
  const over = useRef(false);

  useEffect(() => {
    over.current = false;
    return () => {
      over.current = true;
    };
  }, []);

  useEffect(() => {
    wanted.current = code;
    // The first character of code also says that the language's name is whole.
    if (grammar === undefined || code === "" || busy.current) return;
    busy.current = true;
    void (async () => {
      const { highlight } = await import("./highlight.ts");
      for (let done: string | undefined; done !== wanted.current && !over.current; ) {
        const asked = wanted.current;
        const found = await highlight(grammar, asked);
        if (found === undefined) return;
        done = asked;
        setLines((old) => keepSame(old, found));
        await new Promise((resolve) => setTimeout(resolve, restMs));
      }
      busy.current = false;
    })().catch(() => {}); // the network was away: it stays plain
  }, [code, grammar]);

  return lines;
}

/** The new lines, but those that did not change are the old ones, so that React leaves them alone. */
function keepSame(old: readonly Line[], found: readonly Line[]): readonly Line[] {
  return found.map((line, index) => {
    const before = old[index];
    return before !== undefined && isSame(before, line) ? before : line;
  });
}

const isSame = (a: Line, b: Line): boolean =>
  a.length === b.length && a.every(([kind, text], index) => b[index]?.[0] === kind && b[index]?.[1] === text);
