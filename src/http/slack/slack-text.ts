/** Characters of a message; Slack cuts at 40,000. */
const longest = 30_000;

/** Markdown as Slack writes it: `*bold*`, `_italic_`, `<address|text>`; code stays as it is. */
export function slackText(markdown: string): string {
  // Cut before it is read, too: what is read in vain takes time that everybody shares.
  const shown = markdown.length > longest ? `${markdown.slice(0, longest)}…` : markdown;
  const parts = shown.split(/(```.*?```|`[^`\n]+`)/s);
  const text = parts.map((part, index) => (index % 2 === 1 ? escaped(codeOf(part)) : proseOf(part))).join("");
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** Without the language, which Slack would show. */
const codeOf = (code: string): string => code.replace(/^```[\w+-]*\n/, "```\n");

/**
 * What is markup in prose, in the order in which it counts: an escaped character, link, heading, bold, italic, item. No part
 * of a link is looked for to the end of the text: a model that repeats its beginning would keep everybody waiting.
 */
const markup = new RegExp(
  [
    String.raw`\\(?<plain>[!-\/:-@[-\`{-~])`,
    String.raw`\[(?<text>[^[\]\n]+)\]\((?<address>https?:[^)\s]{1,1000})\)`,
    String.raw`^#{1,6}\s+(?<heading>.+)$`,
    String.raw`\*\*(?<bold>.+?)\*\*`,
    String.raw`(?<![\w*])\*(?<italic>[^*\s][^*\n]*)\*(?![\w*])`,
    String.raw`^(?<indent>[ \t]*)[-*]\s+`,
  ].join("|"),
  "gm",
);

const proseOf = (prose: string): string =>
  escaped(prose).replace(markup, (...found) => {
    const { plain, text, address, heading, bold, italic, indent } = found.at(-1) as Record<
      string,
      string | undefined
    >;
    if (plain !== undefined) return plain;
    if (address !== undefined) return `<${address}|${text}>`;
    if (heading !== undefined) return `*${heading.replaceAll("**", "")}*`;
    if (bold !== undefined) return `*${bold}*`;
    if (italic !== undefined) return `_${italic}_`;
    return `${indent}• `;
  });

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
