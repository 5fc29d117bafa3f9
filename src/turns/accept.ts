import { type Caller, defaultModel } from "../lib/allowed-models.ts";
import { codeOf, SkeletonError } from "../lib/errors.ts";
import { given } from "../lib/given.ts";
import { nearest } from "../lib/nearest.ts";
import type { ModelSettings } from "../protocols/model.ts";
import type { PlanMode } from "../protocols/plan.ts";
import type { Host } from "../protocols/plugin.ts";
import type { NewMessage, ThreadAt, ThreadMessage, Threads } from "../protocols/threads.ts";
import type { TurnRequest } from "../protocols/turn-request.ts";

/** What a request means, with nothing written yet. */
export type Intake = {
  readonly threadId: string;
  /** Set when the thread has to be made. */
  readonly title?: string;
  readonly model: string;
  readonly systemPrompt: string;
  readonly instructions?: string;
  readonly planMode?: PlanMode;
  readonly settings: ModelSettings;
  /** Those of them that the thread has, or is made with. */
  readonly threadSettings: ModelSettings;
  /** The message to answer: one to append, or one that is there. */
  readonly message:
    | {
        readonly append: NewMessage;
        /** Stands above it. */
        readonly above?: NewMessage;
        readonly under: { readonly parentId?: string | null; readonly expectLeaf?: string };
        /** The end of the branch it goes to, where that is known; `null` in a new thread. */
        readonly leaf?: string | null;
      }
    | { readonly existing: ThreadMessage };
};

/**
 * Reads a request: whose thread, which message, which model.
 * @throws `thread_not_found`, `message_not_found`, `bad_input`, `model_not_allowed`, `model_not_found`.
 */
export async function acceptRequest(host: Host, request: TurnRequest): Promise<Intake> {
  const threads = await host.get("thread");
  const { userId, keyId, threadId } = request;
  const caller = { userId, ...given({ keyId }) };
  const orNew = request.kind === "message" ? request.orNew : undefined;
  const [thread, message] = await findThread(threads, host, request, orNew !== undefined);
  const planMode = (request.planMode === undefined ? thread?.planMode : request.planMode) ?? undefined;
  const model =
    planMode?.answerer ?? request.model ?? (thread?.model || undefined) ?? (await someModel(host, caller));
  await checkAllowed(host, caller, model);
  // The rest of an answer goes on by the plan that is there.
  const plans = request.kind === "continue" ? undefined : planMode;
  if (plans !== undefined) {
    await checkAllowed(host, caller, plans.planner);
    await checkKnown(host, plans);
  }
  const threadSettings = thread?.settings ?? ("settings" in request ? request.settings : undefined) ?? {};
  return {
    threadId: threadId ?? host.newId(),
    ...(thread || request.kind !== "message" ? {} : { title: orNew?.title ?? titleOf(request.content) }),
    model,
    systemPrompt: request.systemPrompt ?? thread?.systemPrompt ?? "default",
    ...given({ instructions: request.instructions, planMode: plans }),
    threadSettings,
    settings: { ...threadSettings, ...request.overrides },
    message,
  };
}

/** The thread and the message that goes there. One that may be made is looked for first, and not looked into in vain. */
async function findThread(threads: Threads, host: Host, request: TurnRequest, mayBeMade: boolean) {
  const { userId, threadId } = request;
  const finding = threadId === undefined ? undefined : threads.getThread({ userId, threadId });
  if (!mayBeMade) return Promise.all([finding, messageOf(threads, host, request, threadId)]);
  const thread = await finding?.catch((error: unknown) => {
    if (codeOf(error) !== "thread_not_found") throw error;
    return undefined;
  });
  return [thread, await messageOf(threads, host, request, thread?.id)] as const;
}

/** @param threadId of the thread that it goes to; absent: that is made. */
async function messageOf(
  threads: Threads,
  host: Host,
  request: TurnRequest,
  threadId: string | undefined,
): Promise<Intake["message"]> {
  switch (request.kind) {
    case "message": {
      const { expectLeaf, content, userId, above } = request;
      const asked = threadId === undefined ? undefined : await askedBefore(threads, request, threadId);
      if (asked !== undefined) return { existing: asked };
      const leaf =
        expectLeaf ?? (threadId === undefined ? null : await leafOf(threads, { userId, threadId }));
      const under = expectLeaf === undefined ? {} : { expectLeaf };
      const before = above === undefined ? {} : { above: assistantMessage(host, above) };
      return { ...before, append: newMessage(host, content), under, leaf };
    }
    case "edit": {
      const edited = await userMessage(threads, request);
      return { append: newMessage(host, request.content), under: { parentId: edited.parentId } };
    }
    case "regenerate":
      return { existing: await userMessage(threads, request) };
    case "continue":
      return { existing: await cutShort(threads, request) };
  }
}

/** The message that asks what the request asks, where it is not to be asked twice. */
async function askedBefore(
  threads: Threads,
  { userId, unlessAsked, content }: Extract<TurnRequest, { readonly kind: "message" }>,
  threadId: string,
): Promise<ThreadMessage | undefined> {
  if (!unlessAsked) return undefined;
  const newest = await threads.getThreadMessages({ userId, threadId }, { limit: 100 });
  const last = newest.findLast(({ role }) => role === "user");
  return last?.content.trim() === content.trim() ? last : undefined;
}

async function cutShort(
  threads: Threads,
  at: ThreadAt & { readonly messageId: string },
): Promise<ThreadMessage> {
  const message = await threads.getMessage(at);
  const isAnswer = message.role !== "plan"; // half a plan is no answer, and is not carried out
  if (isAnswer && message.interrupted && (await leafOf(threads, at)) === message.id) return message;
  throw new SkeletonError("bad_input", "This is no answer that was cut short at the end of the thread.", {
    hint: "Ask for another answer instead.",
  });
}

const leafOf = async (threads: Threads, at: ThreadAt): Promise<string | null> =>
  (await threads.getThreadMessages(at, { limit: 1 })).at(-1)?.id ?? null;

/** The user message that an entry is, or belongs to. */
async function userMessage(
  threads: Threads,
  at: { readonly userId: string; readonly threadId: string; readonly messageId: string },
): Promise<ThreadMessage> {
  let message = await threads.getMessage(at);
  while (message.role !== "user" && message.parentId !== null) {
    message = await threads.getMessage({ ...at, messageId: message.parentId });
  }
  if (message.role === "user") return message;
  throw new SkeletonError("bad_input", "There is no user message above this entry.", {
    hint: "Name a message of the user, or an answer to one.",
  });
}

const newMessage = (host: Host, content: string): NewMessage => ({
  id: host.newId(),
  role: "user",
  type: "message_text",
  content,
  timestamp: host.now().toISOString(),
});

const assistantMessage = (host: Host, content: string): NewMessage => ({
  ...newMessage(host, content),
  role: "assistant",
});

/** The first 50 characters, as whole characters, and `...` where there is more. */
function titleOf(content: string): string {
  const characters = Array.from(content.slice(0, 200));
  return characters.length > 50 ? `${characters.slice(0, 50).join("")}...` : characters.join("");
}

/** @throws `model_not_found` where there is none. */
async function someModel(host: Host, caller: Caller): Promise<string> {
  const model = await defaultModel(host, caller);
  if (model !== undefined) return model;
  throw new SkeletonError("model_not_found", "No model is available to you.", {
    hint: "Ask whoever runs this server to connect one, or to widen your model mask.",
  });
}

async function checkAllowed(host: Host, { userId, keyId }: Caller, model: string): Promise<void> {
  const auth = await host.get("auth");
  if (await auth.requestAllowed({ username: userId, model, ...given({ keyId }) })) return;
  throw new SkeletonError("model_not_allowed", `You may not use the model ${model}.`, {
    hint: "Choose one of the models that GET /api/v1/models lists.",
  });
}

/** That a plan is in vain is said before it is made. Where no provider tells its models, nobody knows. */
async function checkKnown(host: Host, { planner, answerer }: PlanMode): Promise<void> {
  const models = await host.get("model");
  const listed = await models.listModels();
  const ids = listed.map((info) => (typeof info === "string" ? info : info.id));
  if (listed.every((info) => typeof info !== "string" && info.standIn)) return;
  const absent = (await models.listAbsent?.())?.flatMap((provider) => provider.models) ?? [];
  const unknown = [planner, answerer].find((model) => !ids.includes(model) && !absent.includes(model));
  if (unknown === undefined) return;
  const match = nearest(unknown, ids);
  const meant = match === undefined ? "" : ` Did you mean \`${match}\`?`;
  throw new SkeletonError("model_not_found", `There is no model \`${unknown}\` to plan with.${meant}`, {
    hint: "Choose the models of plan mode from the list (GET /api/v1/models), or turn it off.",
  });
}
