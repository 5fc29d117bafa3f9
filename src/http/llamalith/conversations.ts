import type { JobRecord, Jobs } from "../../jobs/job.ts";
import { codeOf } from "../../lib/errors.ts";
import { lazyStore } from "../../lib/lazy-store.ts";
import type { Host } from "../../protocols/plugin.ts";
import type { ThreadAt } from "../../protocols/threads.ts";

/** A message as this surface knows it. */
export type Said = { readonly role: "system" | "user" | "assistant"; readonly content: string };

const name = "conversation_texts";

/** Conversations are threads; beside one is kept the system text that came with its first message. See docs/decisions/024. */
export function conversations(host: Host, jobs: Jobs) {
  const texts = lazyStore(host, name, { system_text: "str" });

  /** What stands at the head of the conversation; "" where nothing does. */
  async function systemText({ userId, threadId }: ThreadAt): Promise<string> {
    const record = await (await texts()).get({ userId, store: name, id: threadId });
    return (record?.system_text as string | undefined) ?? "";
  }

  /** Puts a text there unless one is there. @returns the one that is. */
  async function keepSystemText({ userId, threadId }: ThreadAt, text: string): Promise<string> {
    if (text === "") return systemText({ userId, threadId });
    try {
      await (await texts()).add({ userId, store: name }, { system_text: text }, threadId);
      return text;
    } catch (error) {
      if (codeOf(error) !== "duplicate_record") throw error;
      return systemText({ userId, threadId });
    }
  }

  /** Makes the conversation unless it is there. */
  async function ensure({ userId, threadId }: ThreadAt, title: string): Promise<void> {
    const threads = await host.get("thread");
    try {
      await threads.getThread({ userId, threadId });
    } catch (error) {
      if (codeOf(error) !== "thread_not_found") throw error;
      try {
        await threads.createThread({ userId, id: threadId, title, model: "", systemPrompt: "default" });
      } catch (failure) {
        if (codeOf(failure) !== "duplicate_record") throw failure; // two calls at once
      }
    }
  }

  /** What was said, without the system text; of a conversation that is not there, nothing. */
  async function history(at: ThreadAt): Promise<readonly Said[]> {
    try {
      const messages = await (await host.get("thread")).getThreadMessages(at);
      return messages.flatMap(({ role, content, type }) =>
        (role === "user" || role === "assistant") && type === "message_text" && content !== ""
          ? [{ role, content }]
          : [],
      );
    } catch (error) {
      if (codeOf(error) === "thread_not_found") return [];
      throw error;
    }
  }

  /** Those that are not over, oldest first. They run in order, so they are the newest of their thread. */
  async function openJobs({ userId, threadId }: ThreadAt): Promise<readonly JobRecord[]> {
    const newest = await jobs.list({ userId }, { threadId, limit: 1000 });
    return newest.filter(({ state }) => state === "queued" || state === "processing").reverse();
  }

  /** What was said and what is open at one time: a message that goes from the one to the other stands in one of them. */
  async function look(at: ThreadAt) {
    let before = await openJobs(at);
    for (;;) {
      const said = await history(at);
      const open = await openJobs(at);
      if (isSame(before, open)) return { said, open };
      before = open;
    }
  }

  return {
    ensure,
    keepSystemText,
    /** All of it, in order; the system text first. */
    async messages(at: ThreadAt): Promise<readonly Said[]> {
      const [system, { said, open }] = await Promise.all([systemText(at), look(at)]);
      const head: readonly Said[] = system === "" ? [] : [{ role: "system", content: system }];
      return [...head, ...said, ...waiting(open, said)];
    },
  };
}

const isSame = (one: readonly JobRecord[], other: readonly JobRecord[]): boolean =>
  one.length === other.length &&
  one.every(({ id, state, messageId }, index) => {
    const twin = other[index];
    return twin?.id === id && twin.state === state && twin.messageId === messageId;
  });

/** What is going to be said: messages are in the history once their job runs, and here from the beginning. */
function waiting(open: readonly JobRecord[], said: readonly Said[]): readonly Said[] {
  const added: Said[] = [];
  for (const job of open.filter(({ messageId }) => messageId === undefined)) {
    const last = [...said, ...added].findLast(({ role }) => role === "user");
    // A job that has just begun does not say yet whether its message is there.
    const mayBeThere = job.unlessAsked || job.state === "processing";
    if (mayBeThere && last?.content.trim() === job.prompt.trim()) continue;
    added.push(...messagesOf(job));
  }
  return added;
}

const messagesOf = ({ above, prompt }: JobRecord): readonly Said[] => [
  ...(above === undefined ? [] : [{ role: "assistant", content: above } as const]),
  { role: "user", content: prompt },
];
