import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "../../lib/errors.ts";
import { lazyStore } from "../../lib/lazy-store.ts";
import type { Host } from "../../protocols/plugin.ts";
import type { TurnEvent } from "../../protocols/turn-event.ts";
import type { HttpContext } from "../context.ts";
import { slackText } from "./slack-text.ts";

/** An answer that somebody waits for in Slack. */
export type AwaitedReply = {
  readonly userId: string;
  readonly turnId: string;
  /** Where to post it; Slack takes it for half an hour. */
  readonly responseUrl: string;
  /** What was asked, to stand above it. */
  readonly asked: string;
};

const name = "slack_replies";
const tries = 3;

/** Posts answers when they are there. Those that are awaited are kept, so that a server that comes back posts them, too. */
export function slackReplies({ host, turns }: Pick<HttpContext, "host" | "turns">) {
  const open = lazyStore(host, name, { response_url: "str", asked: "str" });

  function follow(reply: AwaitedReply): void {
    host.background(`answer ${reply.turnId} for Slack`, async (signal) => {
      const text = await answerOf(reply, signal);
      if (signal.aborted) return; // the next start follows it
      await post(
        host,
        reply.responseUrl,
        `> ${slackText(reply.asked).replaceAll("\n", "\n> ")}\n${text}`,
        signal,
      );
      if (!signal.aborted)
        await (await open()).delete({ userId: reply.userId, store: name, id: reply.turnId });
    });
  }

  async function answerOf({ userId, turnId }: AwaitedReply, signal: AbortSignal): Promise<string> {
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
    async add(reply: AwaitedReply): Promise<void> {
      const { userId, turnId, responseUrl, asked } = reply;
      const data = { response_url: responseUrl, asked };
      await (await open()).add({ userId, store: name }, data, turnId);
      follow(reply);
    },
    /** Goes on with those that an earlier life of the server left. */
    async resume(): Promise<void> {
      for (const { id, user_id: userId, response_url: url, asked } of await (await open()).findAll(name))
        follow({ userId, turnId: id, responseUrl: String(url), asked: String(asked) });
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
