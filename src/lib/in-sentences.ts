/** What happened, and the hint if there is one. Words of somebody else's at the end of a message often lack a full stop. */
export function inSentences(error: { readonly message: string; readonly hint?: unknown }): string {
  const { message, hint } = error;
  if (typeof hint !== "string" || hint === "") return message;
  return `${message}${/[.!?…][)"'”`]?$/u.test(message) ? "" : "."} ${hint}`;
}
