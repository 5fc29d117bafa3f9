/**
 * Where the last complete sentence of a text ends, from `from` on: what lies before can be read aloud.
 * @returns an offset; `from` when no sentence is complete.
 */
export function sentencesEnd(text: string, from: number): number {
  const ends = text.slice(from).matchAll(/[.!?…]["'”’)\]]*(?=\s)|[。！？]|\n{2,}/g);
  return ends.reduce((_, end) => from + end.index + end[0].length, from);
}

/** Markdown as it would be read aloud: without its signs, and code only by name. */
export function spokenText(markdown: string): string {
  return markdown
    .replace(/```[\s\S]*?(?:```|$)/g, " (code) ")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/^[ \t]*(?:#{1,6}|>|[-*+]|\d+\.)[ \t]+/gm, "")
    .replace(/[*_`|~]+/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
