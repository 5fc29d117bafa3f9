/** A user's message with the instructions that its page put before it taken off. */
export type Bare = {
  readonly text: string;
  /** The name of the chat role, as it stands there. */
  readonly role?: string;
};

const head = /^\[\[ROLE:([^\n]*)\]\]\n/;
const line = "\n---\n";

/**
 * Takes `[[ROLE:<name>]]`, the instructions and a line `---` off. Instructions may hold such a line themselves: those
 * that the role has now are known by their text. Where the role was changed since, the first such line counts, so that
 * nothing the user wrote is lost.
 * @param instructions of the roles there are, by name as it is written there.
 */
export function withoutRole(content: string, instructions: ReadonlyMap<string, string>): Bare {
  const found = head.exec(content);
  if (found === null) return { text: content };
  const [marker, role = ""] = found;
  const rest = content.slice(marker.length);
  const known = instructions.get(role);
  const end = known !== undefined && rest.startsWith(known + line) ? known.length : rest.indexOf(line);
  return end === -1 ? { text: content } : { text: rest.slice(end + line.length), role };
}
