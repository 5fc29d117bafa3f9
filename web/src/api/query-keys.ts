import type { ThreadList } from "./calls.ts";

/** Where each answer of the server is kept in the cache. */
export const queryKeys = {
  me: ["me"],
  setup: ["setup"],
  models: ["models"],
  absentProviders: ["absent-providers"],
  prompts: ["prompts"],
  threads: ["threads"],
  threadList: (list: ThreadList) => ["threads", list],
  allThreadDetails: ["thread"],
  thread: (threadId: string) => ["thread", threadId],
  allMessages: ["messages"],
  messages: (threadId: string) => ["messages", threadId],
  search: (query: string) => ["search", query],
} as const;
