import type { ChatMessage } from "../../protocols/model.ts";

/** What a call may hold, in tokens. */
export type Budget = {
  /** What the model reads and writes in one call. */
  readonly contextWindow: number;
  /** Of that, kept free for the answer. */
  readonly reserved: number;
};

export type Fitted<M extends ChatMessage> = { readonly messages: readonly M[]; readonly leftOut: number };

/**
 * Leaves out the oldest messages until the rest fits. `beside` counts but is not in `messages`: the system prompt, the
 * tools. The newest message of the user's is always kept with all that follows it, even where that alone is too much:
 * the upstream then says so in its own words. Where something is left out, what is kept begins with a user's
 * message, so that no answer or tool result stands without its question.
 */
export function fitContext<M extends ChatMessage>(
  messages: readonly M[],
  beside: string,
  budget: Budget,
): Fitted<M> {
  let room = budget.contextWindow - budget.reserved - estimateTokens(beside);
  const newest = messages.findLastIndex(({ role }) => role === "user");
  let first = messages.length;
  let fits = true;
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index];
    if (!message) break;
    room -= tokensOf(message);
    fits = room >= 0 || first === messages.length;
    if (!fits) break;
    if (message.role === "user" || (newest === -1 && index === messages.length - 1)) first = index;
  }
  if (fits) first = 0;
  return { messages: first === 0 ? messages : messages.slice(first), leftOut: first };
}

function tokensOf(message: ChatMessage): number {
  const calls = message.role === "assistant" && message.tool_calls ? JSON.stringify(message.tool_calls) : "";
  // 4: what chat templates put around a message (role marker, separators).
  return 4 + estimateTokens(message.content) + estimateTokens(calls);
}

/**
 * A guess on the safe side, since every model counts in its own way: three bytes of UTF-8 are rarely less than one
 * token. English has about four letters a token, and a Chinese character (three bytes) about one.
 */
export const estimateTokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / 3);

/** The beginning of a text that is of so many tokens at most; whole characters, and whole lines where there are some. */
export function cutToTokens(text: string, most: number): string {
  const cut = Buffer.from(text)
    .subarray(0, most * 3)
    .toString()
    .replace(/\ufffd+$/, "");
  const line = cut.lastIndexOf("\n");
  return line > cut.length / 2 ? cut.slice(0, line) : cut;
}
