import { parseMarkdownIntoBlocks } from "streamdown";

/**
 * The blocks of a text, each drawn anew only when it changes. Streamdown keeps `$$ … $$` together, but does not know
 * `\[ … \]`, whose lines may look like a list or a heading.
 */
export function splitBlocks(text: string): string[] {
  const blocks = parseMarkdownIntoBlocks(text);
  if (!text.includes("\\[")) return blocks;
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
