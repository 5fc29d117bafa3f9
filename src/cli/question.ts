import type { TurnEvent } from "../protocols/turn-event.ts";

/** What is asked. Absent: the thread's own model and prompt, of a new thread the defaults. */
export type Question = {
  readonly content: string;
  /** Absent: a new thread. */
  readonly threadId?: string;
  readonly model?: string;
  /** Key of a system prompt. */
  readonly systemPrompt?: string;
};

/** A turn that answers a question, wherever it runs. */
export type Asked = {
  /** From `thread_id` to `stream_end`. */
  readonly events: AsyncIterable<TurnEvent>;
  /** Ends the turn soon; what it said is kept. */
  stop(): Promise<void>;
  /** Lets go of everything. */
  close(): Promise<void>;
};
