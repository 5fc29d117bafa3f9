/** What a form of the original wrote for characters that mean something in HTML. */
const entities: Readonly<Record<string, string>> = {
  ...{ amp: "&", quot: '"', "#x27": "'", lt: "<", gt: ">" },
  ...{ "#x2F": "/", "#x5C": "\\", "#96": "`" },
};

/** What was changed in the original was escaped once more each time: `&amp;amp;lt;` is a `<` that was changed twice. */
const escaped = /&(?:amp;)*(amp|quot|lt|gt|#x27|#x2F|#x5C|#96);/g;

/** A text as it was typed. */
export const asTyped = (text: string): string =>
  text.replace(escaped, (found, name: string) => entities[name] ?? found);
