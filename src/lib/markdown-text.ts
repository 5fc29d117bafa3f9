/**
 * A text as Markdown that shows it as it is: what would be read as markup is escaped, and lines become one. Ordinary
 * names, for example `gpt-5_mini`, stay as they are.
 */
export const literal = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .replace(
      /[\\`*~<[$|]|&(?=#?\w+;)|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu,
      (character) => `\\${character}`,
    )
    // what would begin a list, a heading or a quotation
    .replace(/^\d+(?=[.)](?:\s|$))/, "$&\\")
    .replace(/^(?=[#+-]+(?:\s|$)|>)/, "\\");

/** Sentences of ours as Markdown: only what stands between backticks is markup. */
export const sentences = (text: string): string =>
  text
    .split(/(`[^`\n]+`)/)
    .map((part, index) => (index % 2 === 1 ? part : literal(part)))
    .join("");

/** The other way round: Markdown without its escapes, for a terminal. */
export const unescaped = (markdown: string): string => markdown.replace(/\\([!-/:-@[-`{-~])/g, "$1");
