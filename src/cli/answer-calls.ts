import { codeOf } from "../lib/errors.ts";
import { planCallId } from "../lib/plan-answer.ts";
import type { PlanStep } from "../protocols/plan.ts";
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
 * Answers calls and plans that wait for the user's word: yes with `--yes`, else what is typed, else no. One at a time; a
 * question that is answered elsewhere meanwhile is taken back. What a running tool asks is never answered by `--yes`: it may
 * want data.
 */
export function answerCalls({ answer, yes, ask, err, failed }: AnswerCalls): CallAnswerer {
  const open = new Map<string, AbortController>();
  let before: Promise<void> = Promise.resolve();

  let steps: readonly PlanStep[] = [];

  async function decide(call: Request, signal: AbortSignal): Promise<Decision> {
    if (yes) return { approve: true };
    const isPlan = call.call_id === planCallId;
    const question = isPlan ? "Carry out this plan?" : questionOf(call);
    const choice = isPlan ? "[y/N, or the numbers of steps to leave out]" : "[y/N]";
    if (ask !== undefined) {
      const typed = (await ask(`${question} ${choice} `, signal)).trim();
      const left = isPlan ? without(steps, typed) : undefined;
      if (left !== undefined) return { approve: true, args: JSON.stringify(left) };
      return { approve: /^y(es)?$/i.test(typed) };
    }
    err(`${question} No: there is no terminal to ask at. With --yes it would ${isPlan ? "be" : "run"}.\n`);
    return { approve: false };
  }

  async function settle(call: Request, signal: AbortSignal): Promise<void> {
    try {
      if (signal.aborted) return;
      const fills = call.why !== undefined && call.of_call !== undefined;
      const { approve, args } = fills ? await fillIn(call, { ask, err, signal }) : await decide(call, signal);
      await (args === undefined ? answer(call.call_id, approve) : answer(call.call_id, approve, args));
    } catch (error) {
      // Answered elsewhere, or its turn is over: the events say which.
      if (signal.aborted || ["record_not_found", "conflict"].includes(codeOf(error))) return;
      failed(error);
    }
  }

  return {
    hear(event) {
      if (event.event === "plan") {
        steps = event.data.steps;
        return;
      }
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

type Decision = { readonly approve: boolean; readonly args?: string };

/** The steps with those struck out whose numbers were typed; `undefined` for anything else. */
function without(steps: readonly PlanStep[], typed: string): readonly PlanStep[] | undefined {
  if (!/^\d+(?:[\s,]+\d+)*$/.test(typed)) return undefined;
  const numbers = new Set(typed.split(/[\s,]+/).map(Number));
  if ([...numbers].some((number) => steps[number - 1] === undefined)) return undefined;
  if (numbers.size === steps.length) return undefined; // that is a no
  return steps.map(({ text }, at) => ({ text, ...(numbers.has(at + 1) && { struck: true }) }));
}

/** On one line, and without what could make a terminal show something else. */
const questionOf = ({ name, arguments: args, why, once }: Request): string =>
  plain(`${why === undefined ? "" : `${why} `}Allow ${name}(${args})${once ? " in this whole thread" : ""}?`);
