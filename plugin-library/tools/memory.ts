/*
 * What the model should still know in the next conversation: short notes a user, kept in the store, seen by nobody else.
 */
import type { Host } from "../../src/protocols/plugin.ts";
import type { ToolContext } from "../../src/protocols/tool.ts";

const longest = 2000; // characters of a note
const most = 1000; // notes a user
const shown = 50; // notes in one answer

/**
 * Keeps a note about the user for later conversations: facts and wishes that will matter again. One fact a note, written
 * so that it is understood by itself. Never keep passwords.
 * @param text The note.
 */
export async function remember(text: string, { host, userId }: ToolContext): Promise<string> {
  const note = text.trim();
  if (note === "" || note.length > longest) throw new Error(`A note has 1 to ${longest} characters.`);
  const { store, notes } = await openNotes(host, userId);
  const [known] = await store.find(notes, { where: { text: note }, limit: 1 });
  if (known !== undefined) return `This was known already, as note ${known.id}.`;
  if ((await store.count(notes)) >= most)
    throw new Error(`There are ${most} notes already. Forget some first.`);
  return `Kept as note ${await store.add(notes, { text: note })}.`;
}

/**
 * Looks up notes about the user from earlier conversations, best match first.
 * @param query Words to look for. Without it: the newest notes.
 * @readOnly
 */
export async function recall({ host, userId }: ToolContext, query?: string): Promise<string> {
  const { store, notes } = await openNotes(host, userId);
  const words = query?.trim() ?? "";
  const found =
    words === ""
      ? await store.find(notes, { descending: true, limit: shown })
      : (await store.fullTextSearch(notes, words, { limit: shown })).map(({ record }) => record);
  if (found.length === 0)
    return words === "" ? "There are no notes yet." : "No note says anything about this.";
  return found.map(({ id, created_at, text }) => `${id} (${created_at.slice(0, 10)}): ${text}`).join("\n");
}

/**
 * Forgets a note about the user, for good. Use it when the user asks for it, or when a note is wrong.
 * @param id The id of the note, as recall tells it.
 * @idempotent
 */
export async function forget(id: string, { host, userId }: ToolContext): Promise<string> {
  const { store, notes } = await openNotes(host, userId);
  return (await store.delete({ ...notes, id })) ? "The note is forgotten." : "There was no such note.";
}

async function openNotes(host: Host, userId: string) {
  const store = await host.get("store");
  await store.createStoreIfNotExists(
    "memory",
    { text: "str" },
    { search: ["text"], indexes: [["text", "id"]] },
  );
  return { store, notes: { userId, store: "memory" } };
}
