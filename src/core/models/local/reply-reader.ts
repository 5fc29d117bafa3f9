import { SkeletonError } from "../../../lib/errors.ts";
import type { ModelEvent } from "../../../protocols/model.ts";
import type { Logger } from "../../../protocols/plugin.ts";
import { createThinkSplitter } from "../think-splitter.ts";
import { UpstreamError } from "../upstream-error.ts";
import type { Failure, FromRunner } from "./runner/messages.ts";

type Told = Extract<FromRunner, { readonly id: number }>;

/** 1 s: of a model that loads faster its reader need not know, and more often nobody looks. */
const betweenMs = 1000;

/** What a runner says, as events of a model. */
export function createReplyReader(options: {
  readonly model: string;
  readonly log: Logger;
  readonly newId: () => string;
  /** In ms, from anywhere on. */
  readonly clock?: () => number;
}) {
  const { model, log, newId, clock = () => performance.now() } = options;
  let saidAt = clock();
  let failure: Failure | undefined;
  let events: ModelEvent[] = [];
  const say = (event: "message_tokens" | "thinking_tokens", content: string) =>
    events.push({ event, data: { content, model } });
  // a template that has no word for reasoning leaves its tags in the text
  const splitter = createThinkSplitter((kind, piece) =>
    say(kind === "text" ? "message_tokens" : "thinking_tokens", piece),
  );

  function hear(told: Told): void {
    if (told.kind === "loading") {
      if (told.done >= 1 || clock() - saidAt < betweenMs) return;
      saidAt = clock();
      events.push({ event: "progress", data: { done: told.done, model } });
    } else if (told.kind === "said") {
      for (const piece of told.pieces) {
        if (piece.kind === "call") {
          const { name, arguments: given } = piece;
          events.push({ event: "tool_call", data: { id: `call_${newId()}`, name, arguments: given } });
        } else if (piece.kind === "text") splitter.push(piece.text);
        else say("thinking_tokens", piece.text);
      }
    } else if (told.kind === "failed") failure = told.failure;
    else {
      splitter.end();
      const { prompt, completion, reused } = told.counted;
      if (told.leftOut > 0) {
        log.info({ model, leftOut: told.leftOut }, "models: the oldest messages did not fit a local model");
      }
      log.debug(
        { model, prompt, completion, reused, leftOut: told.leftOut },
        "models: llama.cpp has answered",
      );
      events.push(
        {
          event: "usage",
          data: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
        },
        { event: "finish", data: { reason: told.reason, model } },
      );
    }
  }

  return {
    read(told: readonly Told[]): readonly ModelEvent[] {
      events = [];
      for (const one of told) hear(one);
      return events;
    },
    /** @throws what the runner said went wrong, once everything before it was read. */
    check(): void {
      if (failure === undefined) return;
      const { code, message, hint } = failure;
      throw code === "bad_input"
        ? new SkeletonError(code, message, { hint })
        : new UpstreamError(code, message, { hint });
    },
  };
}
