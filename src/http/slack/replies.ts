import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "../../lib/errors.ts";
import { lazyStore } from "../../lib/lazy-store.ts";
import type { Host } from "../../protocols/plugin.ts";
import type { TurnEvent } from "../../protocols/turn-event.ts";
import type { Started, TurnRequest } from "../../protocols/turn-request.ts";
import type { HttpContext } from "../context.ts";
import { sessionFor } from "./session-for.ts";
import { slackText } from "./slack-text.ts";

/** What is asked in Slack, whose answer somebody waits for there. */
export type AskedThere = {
  readonly request: TurnRequest;
  /** Where to post the answer. */
  readonly responseUrl: string;
  /** What was asked, to stand above it. */
  readonly asked: string;
};

/** `id` is that of its record, and the key by which its turn is begun once. */
type Awaited = AskedThere & { readonly id: string };

const name = "slack_replies";
const tries = 3;
/** How long Slack takes an answer, in ms. */
const takenFor = 30 * 60_000;

/**
 * Posts answers when they are there. Each is kept from before its turn begins until it is posted, so that a server that comes
 * back, wherever it was killed, posts them too.
 */
export function slackReplies({ host, turns }: Pick<HttpContext, "host" | "turns">) {
  const open = lazyStore(host, name, { response_url: "str", asked: "str", request: "str" });
  const at = ({ id, request: { userId } }: Awaited) => ({ userId, store: name, id });

  /** The turn, begun once however often this is called. */
  const start = ({ id, request }: Awaited) => turns.start({ ...request, idempotencyKey: `slack ${id}` });

  function follow(reply: Awaited, begin: () => Promise<{ readonly turnId: string }>): void {
    host.background(`answer ${reply.id} for Slack`, async (signal) => {
      const { responseUrl, asked, request } = reply;
      let text: string;
      try {
        text = await answerOf({ userId: request.userId, turnId: (await begin()).turnId }, signal);
      } catch (error) {
        if (codeOf(error) === "shutting_down") return;
        if (codeOf(error) === "internal") throw error;
        text = `:warning: ${slackText((error as Error).message)}`; // its thread is gone, or answers something else
      }
      if (signal.aborted) return; // the next start follows it
      await post(host, responseUrl, `> ${slackText(asked).replaceAll("\n", "\n> ")}\n${text}`, signal);
      if (!signal.aborted) await (await open()).delete(at(reply));
    });
  }

  async function answerOf(
    { userId, turnId }: { readonly userId: string; readonly turnId: string },
    signal: AbortSignal,
  ): Promise<string> {
    let [said, error, asks] = ["", "", false];
    try {
      for await (const { data } of await turns.read({ userId, turnId }, undefined, signal)) {
        for (const line of data) {
          const { event, data: about } = JSON.parse(line) as TurnEvent;
          if (event === "message_tokens") said += about.content;
          else if (event === "error") error = about.message;
          else if (event === "approval_request") asks = true;
          if (asks) break;
        }
        if (asks) break;
      }
    } catch (failure) {
      if (signal.aborted) return "";
      if (codeOf(failure) !== "turn_not_found") throw failure;
      error = "The conversation was deleted.";
    }
    const waits = "This waits for your word: open the conversation in the browser to allow it.";
    const parts = [
      slackText(said.trim()),
      error === "" ? "" : `:warning: ${slackText(error)}`,
      asks ? waits : "",
    ];
    return parts.filter((part) => part !== "").join("\n") || "There was no answer.";
  }

  return {
    /** Begins a turn whose answer is posted. @throws what `turns.start` throws; nothing is posted then. */
    async begin(asked: AskedThere): Promise<Started> {
      const reply = { ...asked, id: host.newId() };
      const { id, ...place } = at(reply);
      const { responseUrl: response_url, asked: text, request } = reply;
      const store = await open();
      await store.add(place, { response_url, asked: text, request: JSON.stringify(request) }, id);
      try {
        const started = await start(reply);
        follow(reply, async () => started);
        return started;
      } catch (error) {
        await store.delete(at(reply));
        throw error;
      }
    },
    /** Goes on with those that an earlier life of the server left. Nobody takes one that is too old. */
    async resume(): Promise<void> {
      const [store, auth] = await Promise.all([open(), host.get("auth")]);
      for (const record of await store.findAll(name)) {
        const { id, user_id: userId, response_url: url, asked, request, created_at: since } = record;
        const tooOld = host.now().getTime() - Date.parse(since) > takenFor;
        if (tooOld || (await sessionFor(auth, userId)) === undefined) {
          await store.delete({ userId, store: name, id });
          continue;
        }
        const again = JSON.parse(String(request)) as TurnRequest; // a turn's key holds for one text, member by member
        const reply = { id, request: again, responseUrl: String(url), asked: String(asked) };
        follow(reply, () => start(reply));
      }
    },
  };
}

/** Tells Slack, a few times if need be; what it does not take is logged, and over. */
async function post(host: Host, url: string, text: string, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    try {
      const { status } = await host.fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ response_type: "in_channel", replace_original: false, text }),
        signal,
      });
      if (status < 400) return;
      host.log.warn({ status, attempt }, "slack: an answer was not taken");
      if (status < 500 && status !== 429) return;
    } catch (error) {
      if (signal.aborted) return;
      host.log.warn({ code: codeOf(error), attempt }, "slack: an answer could not be posted");
    }
    await sleep(1000 * attempt, undefined, { signal, ref: false }).catch(() => {});
  }
}
