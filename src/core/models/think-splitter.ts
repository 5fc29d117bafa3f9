const openTags = ["<think>", "<thinking>"] as const;

export type ThinkSplitter = {
  /**
   * `true` once the rest can only be text: the caller may then keep its pieces to itself, at no cost.
   */
  settled(): boolean;
  push(piece: string): void;
  /** No more will come: says what was held back. */
  end(): void;
};

/**
 * Tells reasoning inside `<think>…</think>` or `<thinking>…</thinking>` from the text around it, however the tags are
 * cut. Only the beginning of an answer can be reasoning (blanks before it, and further blocks right after one, are
 * allowed): that is where models put it, and an answer about prompts may name these tags anywhere else.
 * Blanks at the beginning of a block and after its end are dropped. A block that never ends is reasoning to the end.
 * A piece waits only while it ends in what may become a tag; without a `<` nothing ever waits.
 */
export function createThinkSplitter(emit: (kind: "text" | "thinking", piece: string) => void): ThinkSplitter {
  let state: "start" | "thinking" | "between" | "text" = "start";
  let held = "";
  let closeTag = "";
  /** Blanks are dropped until something else comes. */
  let trimming = false;

  /** Looks for the first word of an answer. @returns what is left to look at. */
  function outside(text: string): string {
    const first = text.search(/\S/);
    const blanks = first === -1 ? text : text.slice(0, first);
    if (state === "start" && blanks !== "") emit("text", blanks);
    if (first === -1) return "";
    const rest = text.slice(first);
    const tag = openTags.find((candidate) => rest.startsWith(candidate));
    if (tag !== undefined) {
      state = "thinking";
      closeTag = `</${tag.slice(1)}`;
      trimming = true;
      return rest.slice(tag.length);
    }
    if (openTags.some((candidate) => candidate.startsWith(rest))) {
      held = rest;
      return "";
    }
    state = "text";
    emit("text", rest);
    return "";
  }

  function inside(text: string): string {
    const end = text.indexOf(closeTag);
    if (end === -1) {
      const possible = text.length - beginningAtEnd(text, closeTag);
      held = text.slice(possible);
      think(text.slice(0, possible));
      return "";
    }
    think(text.slice(0, end));
    state = "between";
    return text.slice(end + closeTag.length);
  }

  function think(piece: string): void {
    const said = trimming ? piece.trimStart() : piece;
    if (said === "") return;
    trimming = false;
    emit("thinking", said);
  }

  return {
    settled: () => state === "text",
    push(piece) {
      if (state === "text") {
        if (piece !== "") emit("text", piece);
        return;
      }
      let rest = held + piece;
      held = "";
      while (rest !== "") rest = state === "thinking" ? inside(rest) : outside(rest);
    },
    end() {
      const rest = held;
      held = "";
      if (rest === "") return;
      if (state === "thinking") think(rest);
      else emit("text", rest);
    },
  };
}

/** How many characters at the end of `text` could be the beginning of `tag`. */
function beginningAtEnd(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length--) {
    if (text.endsWith(tag.slice(0, length))) return length;
  }
  return 0;
}
