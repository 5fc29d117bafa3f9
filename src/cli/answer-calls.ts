import { codeOf } from "../lib/errors.ts";
import { fillIn } from "./fill-in.ts";
import { plain } from "./plain.ts";
import type { ConsentEvent } from "./print-answer.ts";

export type AnswerCalls = {
  /** Gives the user's word. */
  readonly answer: (callId: string, approve: boolean, args?: string) => Promise<void>;
  /** `--yes`: every call may run. */
  readonly yes: boolean;
  /** Asks and resolves to the line that was typed; absent where nobody sits at a terminal. */
  readonly ask?: (question: string, signal: AbortSignal) => Promise<string>;
  readonly err: (text: string) => void;
  /** Told of what goes wrong with an answer. */
  readonly failed: (error: unknown) => void;
};

export type CallAnswerer = {
  readonly hear: (event: ConsentEvent) => void;
  /** The turn is over: nothing is asked any more. */
  close(): void;
};

/**
 * Answers calls that wait for the user's word: yes with `--yes`, else what is typed, else no. One at a time; a question that
 * is answered elsewhere meanwhile is taken back. What a running tool asks is never answered by `--yes`: it may want data.
 */
export function answerCalls({ answer, yes, ask, err, failed }: AnswerCalls): CallAnswerer {
  const open = new Map<string, AbortController>();
  let before: Promise<void> = Promise.resolve();

  async function decide(call: Request, signal: AbortSignal): Promise<boolean> {
    if (yes) return true;
    const question = questionOf(call);
    if (ask !== undefined) return /^y(es)?$/i.test((await ask(`${question} [y/N] `, signal)).trim());
    err(`${question} No: there is no terminal to ask at. With --yes it would run.\n`);
    return false;
  }

  async function settle(call: Request, signal: AbortSignal): Promise<void> {
    try {
      if (signal.aborted) return;
      if (call.why !== undefined && call.of_call !== undefined) {
        const { approve, args } = await fillIn(call, { ask, err, signal });
        await (args === undefined ? answer(call.call_id, approve) : answer(call.call_id, approve, args));
        return;
      }
      await answer(call.call_id, await decide(call, signal));
    } catch (error) {
      // Answered elsewhere, or its turn is over: the events say which.
      if (signal.aborted || ["record_not_found", "conflict"].includes(codeOf(error))) return;
      failed(error);
    }
  }

  return {
    hear(event) {
      const { call_id: callId } = event.data;
      if (event.event === "approval") {
        open.get(callId)?.abort();
        return;
      }
      const over = new AbortController();
      open.set(callId, over);
      const call = event.data;
      before = before.then(() => settle(call, over.signal));
    },
    close() {
      for (const over of open.values()) over.abort();
    },
  };
}

type Request = Extract<ConsentEvent, { readonly event: "approval_request" }>["data"];

/** On one line, and without what could make a terminal show something else. */
const questionOf = ({ name, arguments: args, why, once }: Request): string =>
  plain(`${why === undefined ? "" : `${why} `}Allow ${name}(${args})${once ? " in this whole thread" : ""}?`);
