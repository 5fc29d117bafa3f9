import type { Context } from "../protocols/context.ts";
import type { ChatMessage } from "../protocols/model.ts";
import type { NewMessage, ThreadAt, Threads } from "../protocols/threads.ts";

/** A fresh context with the threads it reads. */
export type Open = () => Promise<{ readonly threads: Threads; readonly context: Context }>;

export const userId = "ada";
const timestamp = "2026-02-03T04:05:06.070Z";

export const entry = (
  id: string,
  role: NewMessage["role"],
  content: string,
  turnId?: string,
): NewMessage => ({
  id,
  role,
  type: role === "tool" ? "tool_update" : "message_text",
  content,
  timestamp,
  ...(turnId !== undefined && { turnId }),
});

const call = { id: "call_1", name: "sum", arguments: "{}" };

/** A round that calls a tool, and the tool's answer, as a processor adds them. */
export const round = (
  id: string | undefined,
  content: string,
): readonly (ChatMessage & { readonly id?: string })[] => [
  {
    role: "assistant",
    content,
    tool_calls: [call],
    reasoning_content: "hm",
    ...(id !== undefined && { id }),
  },
  { role: "tool", tool_call_id: call.id, content: "7" },
];

/** What a message says, without its id, in one line. */
export const line = ({ role, content }: ChatMessage): string => `${role}: ${content}`;

export type Talk = {
  readonly threads: Threads;
  readonly context: Context;
  readonly at: ThreadAt;
  /** The context, a line a message. */
  readonly lines: () => Promise<readonly string[]>;
  readonly append: (entries: readonly NewMessage[], parentId?: string) => Promise<void>;
  readonly add: (messages: readonly (ChatMessage & { readonly id?: string })[]) => Promise<readonly string[]>;
};

/** A thread with one question and its answer: `q1` and `a1`. */
export async function talk(open: Open): Promise<Talk> {
  const { threads, context } = await open();
  const threadId = await threads.createThread({
    userId,
    title: "t",
    model: "m",
    systemPrompt: "default",
  });
  const at = { userId, threadId };
  await threads.addMessages(at, [entry("q1", "user", "2+5?"), entry("a1", "assistant", "Seven", "t1")]);
  return {
    threads,
    context,
    at,
    lines: async () => (await context.getContext(at)).map(line),
    append: (entries, parentId) =>
      threads.addMessages(at, entries, parentId === undefined ? {} : { parentId }),
    add: async (messages) => {
      const ids: string[] = [];
      for (const message of messages) ids.push(await context.addMessage(at, message));
      return ids;
    },
  };
}
