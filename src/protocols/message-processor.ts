import type { JsonObject } from "./json.ts";
import type { ModelSettings } from "./model.ts";
import type { PlanMode } from "./plan.ts";
import type { ThreadMessage } from "./threads.ts";
import type { TurnEvent } from "./turn-event.ts";

/** A message to be answered. It is in the thread's history already, durably. */
export type Turn = {
  readonly userId: string;
  readonly threadId: string;
  readonly turnId: string;
  /**
   * The history entry to answer; the answer is appended below it. One that is not the user's is the end of an answer
   * that was cut short, to be gone on with.
   */
  readonly message: ThreadMessage;
  readonly model: string;
  /** Key of the system prompt. */
  readonly systemPrompt: string;
  /** Instructions for this turn alone, in place of the system prompt. */
  readonly instructions?: string;
  /**
   * A plan comes first: what the planner says is told as `plan_tokens`, its steps as `plan`, and with `review` the user is
   * asked about them (call id and name `plan`, the steps as JSON). `model` is the one that carries it out.
   */
  readonly planMode?: PlanMode;
  readonly settings: ModelSettings;
  /** Its user has had an answer to this message and wants another. */
  readonly again?: true;
  /**
   * What it said before its server died behind its plan or in the middle of its tool calls, oldest first, neighbouring
   * tokens as one event: it goes on behind that. Each `plan`, each `tool_call` and each `tool_result` is in here before
   * anything else follows from it.
   */
  readonly before?: readonly TurnEvent[];
  /**
   * Asks the user whether a call may run, and waits for the answer: as long as it takes, over any number of windows.
   * The reader is told of question and answer; the processor says nothing of them itself.
   * A turn that goes on asks for a call whose answer it does not know as if for the first time: its question still stands.
   * @throws the signal's reason once the turn is stopped, which withdraws the question; `duplicate_record` when this turn
   * has asked for a call of this id before; `bad_input` for a form or an address that cannot be shown.
   * @param signal takes this question back when it aborts.
   */
  consent(request: ConsentRequest, signal?: AbortSignal): Promise<ConsentAnswer>;
};

/** The user's word. */
export type ConsentAnswer = {
  readonly approved: boolean;
  /** With a yes: what the user made of `arguments`, or what they filled the form with, as JSON text. */
  readonly arguments?: string;
};

/** A call that its user is to be asked for. It has been told (`tool_call`). */
export type ConsentRequest = {
  /** At most 200 characters, and another one for every call of the turn. */
  readonly callId: string;
  readonly name: string;
  /** The model's own text. */
  readonly arguments: string;
  /** Why it is asked, where that is more than that the tool wants it: a sentence. */
  readonly why?: string;
  /** JSON Schema of what is asked for: the user fills in a form, and `arguments` of the answer holds it. */
  readonly form?: JsonObject;
  /** A yes holds for this tool in this thread from now on; where it was given before, nobody is asked again. */
  readonly once?: true;
  /** It is asked by this call, which runs: `callId` is that of the question alone, and no `tool_call` was told of it. */
  readonly ofCall?: string;
  /** Where the user is to go. */
  readonly url?: string;
  /** Who wants to know, where that is not the tool itself. */
  readonly from?: string;
  /** In a turn that goes on: an answer that was given before its server died does not hold. */
  readonly again?: true;
};

/**
 * Answers a message: context, hooks, model, tools. It says what happens; whoever runs it (`src/turns/`) logs the
 * events, shows them to readers, keeps them safe and appends what was said to the history.
 * Finished when it passes `messageProcessorContract` (src/testkit/message-processor-contract.ts).
 */
export interface MessageProcessor {
  /** It knows `Turn.before`. Turns of one that does not are closed when their server dies. Default `false`. */
  readonly goesOn?: true;
  /**
   * Yields what the turn says, in batches, without `thread_id` (said before) and `stream_end` (said after).
   * A failing model is an `error` event, not a throw; what it said before stays said.
   * Each stretch of one voice, and each `tool_update`, becomes one history entry; the n-th one's id is
   * `entryId(turnId, n)` (src/lib/entry-id.ts), from 0: so it can be named in the context before it is there.
   * Ends soon once the signal aborts, by returning or by throwing the signal's reason.
   * @throws what is beyond its power; its runner keeps what was said and tells the reader.
   */
  processMessage(turn: Turn, signal: AbortSignal): AsyncGenerator<readonly TurnEvent[], void>;
}
