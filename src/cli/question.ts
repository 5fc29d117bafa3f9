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
  /**
   * Says whether a call that waits may run, and with a yes what was made of its arguments.
   * @throws `record_not_found`, `conflict` when it no longer waits.
   */
  answer(callId: string, approve: boolean, args?: string): Promise<void>;
  /** Ends the turn soon; what it said is kept. */
  stop(): Promise<void>;
  /** Lets go of everything. */
  close(): Promise<void>;
};
