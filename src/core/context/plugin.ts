import { SkeletonError } from "../../lib/errors.ts";
import type { Context, ContextChanges, ContextMessage } from "../../protocols/context.ts";
import type { JsonObject } from "../../protocols/json.ts";
import type { ChatMessage } from "../../protocols/model.ts";
import type { CorePlugin, Host } from "../../protocols/plugin.ts";
import { addMessage } from "./add-message.ts";
import { createBranchMemory } from "./branch-memory.ts";
import { contextSchema, contextStore, readCount } from "./context-record.ts";
import { inThread, type Parts, readContext } from "./read-context.ts";
import { replacement } from "./replacement.ts";
import { writeMutation, writeReset } from "./write-operation.ts";

async function createContext(host: Host): Promise<Context> {
  const threads = await host.get("thread");
  const store = await host.get("store");
  const parts: Parts = { threads, store, branch: createBranchMemory(threads) };
  await store.createStoreIfNotExists(contextStore, contextSchema);

  const context: Context = {
    getContext: async (at) => (await readContext(parts, at)).messages,
    async getMutationCount(at) {
      await inThread(parts, at, () => threads.getThread(at));
      return (await readCount(store, at)).count;
    },
    async addMessage(at, message) {
      const named = withId(message, host.newId);
      await addMessage(parts, at, named, message.id === undefined);
      return named.id;
    },
    async getMessage(at) {
      return (await context.getContext(at)).find(({ id }) => id === at.messageId);
    },
    async updateMessage(at, changes) {
      await writeMutation(store, at, async () => {
        const message = await context.getMessage(at);
        if (!message) throw messageNotFound();
        checkChanges(message, changes);
        return { op: "update", id: at.messageId, changes: clean(changes) };
      });
    },
    removeMessages: (at) =>
      writeMutation(store, at, async () => {
        const present = new Set((await context.getContext(at)).map(({ id }) => id));
        const ids = [...new Set(at.messageIds)].filter((id) => present.has(id));
        return ids.length === 0 ? undefined : { op: "remove", ids };
      }),
    async updateContext(at, messages, expectCount) {
      const named = messages.map((message) => withId(message, host.newId));
      await writeMutation(store, at, async (count) => {
        const read = await readContext(parts, at);
        if (expectCount !== undefined && expectCount !== count) throw conflict(count);
        return replacement(read, named);
      });
    },
    async regenerateContext(at) {
      await inThread(parts, at, () => threads.getThread(at));
      await writeReset(store, at);
      return context.getContext(at);
    },
    async invalidateContext(at) {
      // What is held in memory of a branch is never wrong; only a thread that is gone leaves something to forget.
      await inThread(parts, at, () => threads.getThread(at));
    },
  };
  return context;
}

function withId(message: ChatMessage & { readonly id?: string }, newId: () => string): ContextMessage {
  return clean({ ...message, id: message.id ?? newId() });
}

/** Without keys that are `undefined`: they are the same as absent ones. */
const clean = <T extends object>(value: T): T => JSON.parse(JSON.stringify(value)) as T & JsonObject;

function checkChanges(message: ContextMessage, { reasoning_content }: ContextChanges): void {
  if (message.role === "assistant" || typeof reasoning_content !== "string") return;
  throw new SkeletonError("bad_input", `A message of the role ${message.role} has no reasoning.`, {
    hint: "Give `reasoning_content` to assistant messages only.",
  });
}

const messageNotFound = (): SkeletonError =>
  new SkeletonError("message_not_found", "There is no such message in this thread's context.", {
    hint: "Read the context again and take an id from there.",
  });

const conflict = (count: number): SkeletonError =>
  new SkeletonError("conflict", "The context was changed in the meantime.", {
    hint: "Read the context and its mutation count again, then decide anew.",
    details: { count },
  });

/** What the model sees of a thread: derived from the `thread` role's history, changes kept in the `store` role. */
export const contextPlugin: CorePlugin<"context"> = {
  role: "context",
  name: "derived-context",
  create: createContext,
};
