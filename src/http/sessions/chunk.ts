import type { TurnEvent } from "../../protocols/turn-event.ts";

/** What every chunk of one answer says of it. */
export type Answer = { readonly id: string; readonly created: number; readonly model: string };

type Delta = {
  readonly content?: string;
  readonly reasoning_content?: string;
  readonly tool_calls?: unknown;
};

/** An event as clients read it: its text in `choices[0].delta.content`. */
export const chunk = ({ id, created, model }: Answer, delta: Delta, finish: string | null = null): string =>
  frame({
    ...{ id, object: "chat.completion.chunk", created, model },
    choices: [{ index: 0, delta, finish_reason: finish }],
  });

export const frame = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;

export const doneFrame = "data: [DONE]\n\n";

/** Characters of text in one event: clients that cut what the network brings at line ends lose nothing of one packet. */
const mostInOne = 1000;

/** A text as events small enough to leave in one piece, never cut within a character. */
export function* textChunks(
  answer: Answer,
  key: "content" | "reasoning_content",
  text: string,
): Generator<string> {
  for (let rest = text; rest !== ""; ) {
    const splits = rest.length > mostInOne && /[\uD800-\uDBFF]/.test(rest.charAt(mostInOne - 1));
    const piece = rest.slice(0, splits ? mostInOne - 1 : mostInOne);
    rest = rest.slice(piece.length);
    yield chunk(answer, { [key]: piece });
  }
}

/** What of a turn a client of this surface is told. */
export function* turnFrames(answer: Answer, { event, data }: TurnEvent): Generator<string> {
  if (event === "message_tokens")
    yield* textChunks({ ...answer, model: data.model }, "content", data.content);
  else if (event === "thinking_tokens")
    yield* textChunks({ ...answer, model: data.model }, "reasoning_content", data.content);
  else if (event === "error") yield frame({ error: { message: data.message, code: data.code } });
  else if (event === "stream_end") {
    yield chunk(answer, {}, data.interrupted ? "length" : "stop");
    yield doneFrame;
  }
}
