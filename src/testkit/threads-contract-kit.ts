import type { NewMessage, ThreadAt, ThreadMessage, Threads } from "../protocols/threads.ts";

export const userId = "ada";
export const stranger = "eve";

/** A message whose content says its id, unless told otherwise. */
export const message = (id: string, more: Partial<NewMessage> = {}): NewMessage => ({
  id,
  role: "user",
  type: "message_text",
  content: `content of ${id}`,
  timestamp: "2026-02-03T04:05:06.070Z",
  ...more,
});

export const ids = (messages: readonly ThreadMessage[]): readonly string[] => messages.map(({ id }) => id);

export const create = (threads: Threads, title = "A talk", id?: string): Promise<string> =>
  threads.createThread({ userId, title, model: "m", systemPrompt: "default", ...(id && { id }) });

/** A thread holding these messages one below the other. */
export async function talk(
  open: () => Promise<Threads>,
  ...messageIds: string[]
): Promise<{ threads: Threads; at: ThreadAt }> {
  const threads = await open();
  const at = { userId, threadId: await create(threads) };
  if (messageIds.length > 0) {
    await threads.addMessages(
      at,
      messageIds.map((id) => message(id)),
    );
  }
  return { threads, at };
}
