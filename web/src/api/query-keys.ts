import type { ThreadList } from "./calls.ts";

/** Where each answer of the server is kept in the cache. */
export const queryKeys = {
  me: ["me"],
  setup: ["setup"],
  models: ["models"],
  absentProviders: ["absent-providers"],
  prompts: ["prompts"],
  roles: ["roles"],
  /** What a file of roles would bring. */
  roleFile: (content: string) => ["role-file", content],
  pluginPages: ["plugin-pages"],
  threads: ["threads"],
  threadList: (list: ThreadList) => ["threads", list],
  allThreadDetails: ["thread"],
  thread: (threadId: string) => ["thread", threadId],
  allMessages: ["messages"],
  /** All that is known of a thread's messages. */
  messages: (threadId: string) => ["messages", threadId],
  /** Those at its end, and what was loaded above them. */
  newestMessages: (threadId: string) => ["messages", threadId, "newest"],
  /** Those around one of them. */
  messagesAround: (threadId: string, messageId: string) => ["messages", threadId, "around", messageId],
  commands: ["commands"],
  /** What could stand behind a command's name, where it is written: a thread, or a chat that has not begun. */
  commandArguments: (text: string, threadId: string | null) => ["command-arguments", text, threadId],
  /** Lists of jobs, by what was looked for. */
  jobs: ["jobs"],
  search: (query: string) => ["search", query],
} as const;
