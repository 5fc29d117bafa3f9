/** What a form of the original wrote for characters that mean something in HTML. */
const entities: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&quot;": '"',
  "&#x27;": "'",
  "&lt;": "<",
  "&gt;": ">",
  "&#x2F;": "/",
  "&#x5C;": "\\",
  "&#96;": "`",
};

/**
 * A text as it was typed. What was changed in the original was escaped once more each time, so this goes on until
 * nothing is left.
 */
export function asTyped(text: string): string {
  const typed = text.replace(
    /&(?:amp|quot|lt|gt|#x27|#x2F|#x5C|#96);/g,
    (entity) => entities[entity] ?? entity,
  );
  return typed === text ? text : asTyped(typed);
}
