import { parseMarkdownIntoBlocks } from "streamdown";

/** The blocks of a text, each drawn anew only when it changes. */
export function splitBlocks(text: string): string[] {
  const blocks = splitAtNotes(text);
  return text.includes("\\[") ? joinMaths(blocks) : blocks;
}

/**
 * With footnotes a text is one block, since a note and what refers to it must be read together. The notes stand at the
 * end: until the first one comes there is nothing to refer to, and a long answer need not be read anew with each token.
 */
function splitAtNotes(text: string): string[] {
  if (!text.includes("[^") || /\[\^[\w-]+\]:/.test(text)) return parseMarkdownIntoBlocks(text);
  const blocks = parseMarkdownIntoBlocks(text.replaceAll("[^", "[~"));
  if (blocks.join("").length !== text.length) return parseMarkdownIntoBlocks(text); // other ends of line
  let from = 0;
  return blocks.map(({ length }) => {
    const block = text.slice(from, from + length);
    from += length;
    return block;
  });
}

/** Streamdown keeps `$$ … $$` together, but does not know `\[ … \]`, whose lines may look like a list or a heading. */
function joinMaths(blocks: readonly string[]): string[] {
  const joined: string[] = [];
  let open = false;
  for (const block of blocks) {
    if (open) joined[joined.length - 1] += block;
    else joined.push(block);
    open = leavesMathsOpen(joined.at(-1) ?? "");
  }
  return joined;
}

const leavesMathsOpen = (block: string): boolean =>
  !/^\s*(?:```|~~~)/.test(block) && block.lastIndexOf("\\[") > block.lastIndexOf("\\]");
