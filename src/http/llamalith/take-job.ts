import { checkRequest, checkThreadId } from "../../jobs/check-request.ts";
import type { Jobs } from "../../jobs/job.ts";
import type { Caller } from "../../lib/allowed-models.ts";
import { given } from "../../lib/given.ts";
import type { Host } from "../../protocols/plugin.ts";
import type { conversations } from "./conversations.ts";
import { metaOf } from "./job-object.ts";

/** Something to be said in a conversation; texts may be "". */
export type Wanted = Caller & {
  /** Absent or blank: a new one. */
  readonly conversationId?: string | null | undefined;
  readonly content: string;
  readonly systemPrompt?: string | null | undefined;
  readonly model?: string | null | undefined;
  readonly assistantContext?: string | null | undefined;
  readonly grammarName?: string | null | undefined;
  readonly callbackUrl?: string | null | undefined;
  /** The same text twice in a row is said once, and answered twice. */
  readonly unlessAsked?: boolean;
};

/** Takes a job for a conversation, which is made where it is not there. Without content nothing is queued. */
export function jobTaker(host: Host, jobs: Jobs, chats: ReturnType<typeof conversations>) {
  return async (wanted: Wanted) => {
    const { userId, keyId, content, conversationId } = wanted;
    const ownId = (conversationId ?? "").trim();
    const systemPrompt = (wanted.systemPrompt ?? "").trim();
    const model = (wanted.model ?? "").trim() || host.config.llamalith.default_model;
    const threadId = ownId || host.newId();
    const at = { userId, threadId };
    const callbackUrl = wanted.callbackUrl?.trim() || undefined;
    const asked = { userId, threadId, model, prompt: content, ...given({ keyId, callbackUrl }) };
    // First, so that no conversation is left of what is refused.
    checkThreadId(threadId);
    if (content.trim() !== "") await checkRequest(host, { ...asked, instructions: systemPrompt });
    const answer = { ok: true, conversation_id: threadId, created_new: ownId === "", model };
    await chats.ensure(at, titleOf(content.trim() || systemPrompt));
    const text = await chats.keepSystemText(at, systemPrompt);
    if (content.trim() === "") return { ...answer, queued: false, job_id: null };
    const grammar = wanted.grammarName?.trim() || undefined;
    const last = wanted.unlessAsked ? (await chats.messages(at)).at(-1) : undefined;
    const isLast = last?.role === "user" && last.content.trim() === content.trim();
    const { id } = await jobs.submit({
      ...asked,
      meta: metaOf(systemPrompt),
      ...given({
        instructions: systemPrompt || text || undefined,
        above: wanted.assistantContext?.trim() || undefined,
        unlessAsked: isLast || undefined,
        settings: grammar === undefined ? undefined : { grammar_name: grammar },
      }),
    });
    return { ...answer, queued: true, job_id: id };
  };
}

/** The first 60 characters, as whole characters. */
const titleOf = (text: string) =>
  Array.from(text.slice(0, 240)).slice(0, 60).join("").trim() || "New Conversation";
