import type { ModelEvent, Usage } from "../../../protocols/model.ts";
import type { Batch } from "./kept-answers.ts";

/** In characters: what is longer is not asked for twice. */
const longestAnswer = 500_000;

/** What a kept answer has used when it is given again. */
const used: Usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, cost: 0, cached: true };

/**
 * Hears an answer as it passes by.
 * @param model who was asked: what another one says in its place is not its answer.
 */
export function hearAnswer(model: string) {
  const batches: Batch[] = [];
  let length = 0;
  let refused = false;
  let ended = false;

  function hear(event: ModelEvent): readonly ModelEvent[] {
    switch (event.event) {
      case "message_tokens":
      case "thinking_tokens":
        length += event.data.content.length;
        if (length > longestAnswer || event.data.model !== model) refused = true;
        return [event];
      case "finish":
        ended = event.data.reason === "stop" && event.data.model === model;
        return [{ event: "usage", data: used }, event];
      case "tool_call": // what a tool says is another thing tomorrow
        refused = true;
        return [];
      default: // nobody waits for a load or pays for tokens a second time
        return [];
    }
  }

  return {
    hear(batch: Batch): void {
      if (refused) return;
      const kept = batch.flatMap(hear);
      if (kept.length > 0) batches.push(kept);
      if (refused) batches.length = 0;
    },
    /** The answer in the form of `readAnswer`; `undefined` unless it came to its own end and said something. */
    whole: (): string | undefined => (ended && !refused && length > 0 ? JSON.stringify(batches) : undefined),
  };
}

/** A kept answer; `undefined` for anything that is none. */
export function readAnswer(text: string | undefined): readonly Batch[] | undefined {
  if (text === undefined) return undefined;
  try {
    const batches: unknown = JSON.parse(text);
    return Array.isArray(batches) && batches.length > 0 && batches.every(isBatch) ? batches : undefined;
  } catch {
    return undefined; // somebody else has written there: it is asked for and kept anew
  }
}

const isBatch = (batch: unknown): batch is Batch =>
  Array.isArray(batch) &&
  batch.length > 0 &&
  batch.every((event) => typeof event?.event === "string" && typeof event.data === "object" && event.data);
