/** A message of a user, without the role that its page put before it. */
export type Bare = {
  readonly text: string;
  /** The name of the chat role, as it stands there. */
  readonly role?: string;
  readonly instructions?: string;
};

const head = /^\s*\[\[ROLE:([^\n]*?)\]\]\r?\n/;
const line = /\r?\n---\r?\n/;

/** Whether a text begins as one that Chat2AnyLLM's page composed of a role and a message. */
export const hasRole = (content: string): boolean => head.test(content);

/**
 * Takes `[[ROLE:<name>]]`, the instructions and a line `---` off. Instructions may hold such a line themselves: those
 * that the role has now are known by their text. Where the role was changed since, the first such line counts, so that
 * nothing the user wrote is lost.
 * @param known instructions of the roles there are, by name as it is written there.
 */
export function withoutRole(content: string, known: ReadonlyMap<string, string>): Bare {
  const found = head.exec(content);
  if (found === null) return { text: content };
  const [marker, role = ""] = found;
  const rest = content.slice(marker.length);
  const now = known.get(role);
  const from = now !== undefined && rest.startsWith(now) ? now.length : 0;
  const end = line.exec(rest.slice(from));
  if (end === null || (from > 0 && end.index !== 0)) {
    return from > 0 ? withoutRole(content, new Map()) : { text: content };
  }
  const at = from + end.index;
  return { text: rest.slice(at + end[0].length), role, instructions: rest.slice(0, at).trim() };
}
