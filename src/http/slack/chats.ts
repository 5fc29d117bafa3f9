import { codeOf } from "../../lib/errors.ts";
import { lazyStore } from "../../lib/lazy-store.ts";
import type { Host } from "../../protocols/plugin.ts";

/** Where a user writes: a workspace and a channel. */
export type SlackPlace = { readonly userId: string; readonly team: string; readonly channel: string };

const name = "slack_chats";

/** Which thread each user goes on with in each channel. */
export function slackChats(host: Host) {
  const open = lazyStore(host, name, { thread_id: "str" });
  const at = ({ userId, team, channel }: SlackPlace) => ({ userId, store: name, id: `${team}.${channel}` });

  /** The thread there, unless it was deleted or archived meanwhile. */
  async function find(place: SlackPlace): Promise<string | undefined> {
    const record = await (await open()).get(at(place));
    if (record === undefined) return undefined;
    const threadId = String(record.thread_id);
    try {
      const { archived } = await (await host.get("thread")).getThread({ userId: place.userId, threadId });
      return archived ? undefined : threadId;
    } catch (error) {
      if (codeOf(error) === "thread_not_found") return undefined;
      throw error;
    }
  }

  async function keep(place: SlackPlace, threadId: string): Promise<void> {
    const store = await open();
    const { id, ...where } = at(place);
    try {
      await store.add(where, { thread_id: threadId }, id);
    } catch (error) {
      if (codeOf(error) !== "duplicate_record") throw error;
      await store.update(at(place), { thread_id: threadId });
    }
  }

  return {
    keep,
    /** The thread there, made if need be. */
    async get(place: SlackPlace, title: string): Promise<string> {
      const known = await find(place);
      if (known !== undefined) return known;
      const made = { userId: place.userId, title, model: "", systemPrompt: "default" };
      const threadId = await (await host.get("thread")).createThread(made);
      await keep(place, threadId);
      return threadId;
    },
    /** The next word there begins another thread. */
    async forget(place: SlackPlace): Promise<void> {
      await (await open()).delete(at(place));
    },
  };
}
