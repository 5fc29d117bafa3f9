import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf, SkeletonError } from "../lib/errors.ts";
import { given } from "../lib/given.ts";
import { followTurn } from "./follow-turn.ts";
import type { Asked, Question } from "./question.ts";
import { connect, type ServerAccess, type ServerClient, unreachable } from "./server-client.ts";

/** Asks a running server. Once it has taken the question, a broken connection is only a pause. */
export async function askServer(question: Question, access: ServerAccess): Promise<Asked> {
  const client = await connect(access);
  const turnId = await begin(client, question, access.url);
  const reading = new AbortController();
  const path = `/api/v1/turns/${encodeURIComponent(turnId)}`;
  return {
    events: followTurn({
      open: (after) => client.call(`${path}/events?after=${after}`, {}, reading.signal),
      pause: (ms) => sleep(ms, undefined, { signal: reading.signal }),
      signal: reading.signal,
    }),
    async answer(callId, approve, args) {
      const json = { approve, ...given({ arguments: args }) };
      await client.call(`${path}/approvals/${encodeURIComponent(callId)}`, { method: "POST", json });
    },
    async stop() {
      await client.call(`${path}/stop`, { method: "POST" });
    },
    async close() {
      reading.abort();
    },
  };
}

/** Sends the question. The key makes it one question, however often it has to be sent. @returns the turn's id. */
async function begin(client: ServerClient, question: Question, url: string): Promise<string> {
  const form = new URLSearchParams({ content: question.content });
  if (question.threadId !== undefined) form.set("thread_id", question.threadId);
  if (question.model !== undefined) form.set("model", question.model);
  if (question.systemPrompt !== undefined) form.set("system_prompt", question.systemPrompt);
  const headers = { accept: "application/json", "idempotency-key": randomUUID() };
  const send = async () => {
    const answer = await client.call("/api/v1/message", { method: "POST", form, headers });
    const { turn_id: turnId } = (await answer.json()) as { readonly turn_id?: string };
    if (turnId !== undefined) return turnId;
    throw new SkeletonError("upstream_broken", `${url} did not say which turn it began.`, {
      hint: "Check that SKELETON_URL is the address of a Skeleton server.",
    });
  };
  try {
    return await send();
  } catch (error) {
    if (error instanceof SkeletonError) throw error;
    if (codeOf((error as { cause?: unknown }).cause) === "ECONNREFUSED") throw unreachable(url, error);
    // It may or may not have arrived.
    return send().catch((again: unknown) => {
      throw again instanceof SkeletonError ? again : unreachable(url, again);
    });
  }
}
