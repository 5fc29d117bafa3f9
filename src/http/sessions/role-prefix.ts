/** What a client wrote, taken apart. */
export type Written = {
  readonly message: string;
  /** Those of the role that was in front of it. */
  readonly instructions?: string;
};

/**
 * Chat2AnyLLM's page writes its active role in front of the message: `[[ROLE:name]]`, the instructions, a line `---`, the
 * message. The first such line ends the instructions: a message may hold one of its own, and instructions seldom do.
 */
export function takeRole(text: string): Written {
  const [, instructions, message] = /^\s*\[\[ROLE:[^\n]*\]\]\r?\n(.*?)\r?\n---\r?\n(.*)$/s.exec(text) ?? [];
  if (instructions === undefined || message === undefined) return { message: text };
  return { message, ...(instructions.trim() !== "" && { instructions: instructions.trim() }) };
}
