import type { ChatMessage } from "../../../../protocols/model.ts";
import { Failed } from "./failed.ts";

/** A reply has at least this much room, in tokens, or a quarter of a context that is small. */
const leastRoom = 256;

export type Fitted = {
  readonly messages: readonly ChatMessage[];
  readonly leftOut: number;
  /** Tokens of the prompt. */
  readonly prompt: number;
  /** Tokens that the reply may have. */
  readonly room: number;
};

/**
 * Leaves out the oldest turns until prompt and reply fit the context less its margin. The system prompt stays, and the
 * newest message of the user's with all that follows it.
 * @param count tokens of a prompt of these messages, as the model itself counts them.
 * @throws `Failed` when not even those fit.
 */
export function fitHistory(
  messages: readonly ChatMessage[],
  count: (messages: readonly ChatMessage[]) => number,
  context: { readonly size: number; readonly margin: number; readonly wanted?: number },
): Fitted {
  const { size, margin, wanted } = context;
  const free = Math.max(size - margin, Math.ceil(size / 2)); // a margin is no reason to hold nothing
  const reserved = Math.max(1, Math.min(wanted ?? leastRoom, leastRoom, Math.floor(size / 4)));
  const start = messages[0]?.role === "system" ? 1 : 0;
  const starts = messages.flatMap(({ role }, index) => (role === "user" && index >= start ? [index] : []));
  if (starts[0] !== start) starts.unshift(start);
  const kept = (first: number) => [...messages.slice(0, start), ...messages.slice(first)];
  const fits = (first: number) => count(kept(first)) <= free - reserved;
  // by halves: each count renders and tokenizes the whole prompt
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(starts[middle] ?? start)) high = middle;
    else low = middle + 1;
  }
  const first = starts[low] ?? start;
  const prompt = count(kept(first));
  if (prompt > free - reserved) {
    throw new Failed(
      "upstream_overflow",
      `The message is too long for this model: it takes ${prompt} tokens, and the model holds ${size}, of which ${size - free} stay free and ${reserved} are for the answer.`,
      "Shorten it, raise n_ctx (LLM_N_CTX), or choose a model with a larger context.",
    );
  }
  const room = free - prompt;
  return { messages: kept(first), leftOut: first - start, prompt, room };
}
