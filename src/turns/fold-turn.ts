import { given } from "../lib/given.ts";
import { planCallId } from "../lib/plan-answer.ts";
import type { JsonObject } from "../protocols/json.ts";
import type { Usage } from "../protocols/model.ts";
import type { PlanStep } from "../protocols/plan.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import { joined } from "./stretches.ts";

/** A stretch of one voice: it becomes one history entry. */
export type Segment = {
  readonly role: "assistant" | "thinking" | "plan" | "tool";
  readonly content: string;
  /** When it began. */
  readonly timestamp: string;
  readonly model?: string;
  readonly callId?: string;
};

/** A tool that the model called. */
export type ToolCallView = {
  readonly callId: string;
  readonly name: string;
  /** The model's own text: perhaps not even JSON. */
  readonly arguments: string;
  /** How many segments stand before it. */
  readonly at: number;
  readonly started: string;
  /** Absent as long as it runs. */
  readonly ended?: string;
  readonly result?: string;
  readonly failed?: boolean;
  /** How it stands with its user's word; absent where none was needed. */
  readonly consent?: Consent;
  /** When the user gave it: what runs begins then. */
  readonly answered?: string;
  /** Why the user is asked, and whether a yes holds for the whole thread. */
  readonly why?: string;
  readonly once?: true;
  /** It ran when the server stopped, and is asked for because of that. */
  readonly again?: true;
  /** What it has asked its user while it runs, oldest first. */
  readonly questions?: readonly QuestionView[];
};

/** A question of a running call. */
export type QuestionView = {
  readonly callId: string;
  /** The tool that asks, or that is to be called. */
  readonly name: string;
  /** Of the call that is asked about, or what the form was filled with. */
  readonly arguments: string;
  readonly why?: string;
  readonly form?: JsonObject;
  readonly url?: string;
  readonly from?: string;
  readonly once?: true;
  readonly asked: string;
  readonly consent: Consent | "withdrawn";
  readonly answered?: string;
};

export type Consent = "asked" | "approved" | "refused";

/** What is to be carried out. It stands where its words do (the segments of the role `plan`), or above everything. */
export type PlanView = {
  readonly steps: readonly PlanStep[];
  /** Who planned. */
  readonly model: string;
  /** How it stands with its user's word; absent where none is needed. */
  readonly consent?: Consent;
};

/** A file that came with the answer. */
export type FileView = {
  readonly fileId: string;
  readonly name: string;
  readonly mediaType: string;
  /** How many segments stand before it. */
  readonly at: number;
  readonly timestamp: string;
};

/** What a reader sees of a turn. */
export type TurnView = {
  readonly state: "running" | "done" | "failed" | "interrupted";
  readonly segments: readonly Segment[];
  readonly error?: string;
  /** What programs tell it by (`src/protocols/errors.ts`). */
  readonly errorCode?: string;
  /** The HTTP status with which the model's provider refused. */
  readonly upstreamStatus?: number;
  /** The model that is loaded at this moment, and how far that is, from 0 to 1. */
  readonly progress?: { readonly model: string; readonly done: number };
  /** Oldest messages that the model was not shown. */
  readonly leftOut: number;
  /** Of all its model calls together. */
  readonly usage?: Usage;
  readonly calls: readonly ToolCallView[];
  readonly files: readonly FileView[];
  /** The plan by which it is answered, once that is made. */
  readonly plan?: PlanView;
  /** The history entry that it answers. */
  readonly messageId?: string;
  /** When it began, and when the last model call of those that count their tokens was over. */
  readonly started?: string;
  readonly spoken?: string;
};

export const emptyTurn: TurnView = { state: "running", segments: [], leftOut: 0, calls: [], files: [] };

/** Adds events to a view. Live, checkpointed or replayed, in whatever batches, the answer is the same. */
export const foldTurn = (events: readonly TurnEvent[], from: TurnView = emptyTurn): TurnView =>
  joined(events).reduce(step, from);

function step(before: TurnView, event: TurnEvent): TurnView {
  const view = before.progress === undefined ? before : withoutProgress(before);
  switch (event.event) {
    case "progress": {
      const { model, done } = event.data;
      return { ...view, progress: { model, done } };
    }
    case "message_tokens":
      return say(view, "assistant", event.data);
    case "thinking_tokens":
      return say(view, "thinking", event.data);
    case "plan_tokens":
      return say(view, "plan", event.data);
    case "plan":
      return { ...view, plan: { ...view.plan, steps: event.data.steps, model: event.data.model } };
    case "plan_step":
      return withStep(view, event.data);
    case "tool_update": {
      const { call_id: callId, content, timestamp } = event.data;
      return { ...view, segments: [...view.segments, { role: "tool", content, timestamp, callId }] };
    }
    case "context":
      return { ...view, leftOut: event.data.left_out };
    case "usage":
      return { ...view, usage: sum(view.usage, event.data), spoken: event.data.timestamp };
    case "error":
      return {
        ...view,
        state: "failed",
        error: event.data.message,
        ...given({ errorCode: event.data.code, upstreamStatus: event.data.upstream_status }),
      };
    case "stream_end":
      if (view.state === "failed") return view;
      return { ...view, state: event.data.interrupted ? "interrupted" : "done" };
    case "thread_id":
      return {
        ...view,
        started: event.data.timestamp,
        ...(event.data.message_id === undefined ? {} : { messageId: event.data.message_id }),
      };
    case "tool_call": {
      const { call_id: callId, name, arguments: args, timestamp: started } = event.data;
      const call = { callId, name, arguments: args, at: view.segments.length, started };
      return { ...view, calls: [...view.calls, call] };
    }
    case "tool_result": {
      const { call_id: callId, content: result, failed, timestamp: ended } = event.data;
      return withCall(view, callId, { ended, result, ...(failed && { failed }) });
    }
    case "approval_request": {
      const { call_id: callId, why, once, again, of_call: ofCall } = event.data;
      if (ofCall !== undefined) return withQuestion(view, ofCall, event.data);
      return withCall(view, callId, { consent: "asked", ...given({ why, once, again }) });
    }
    case "approval": {
      const { call_id: callId, approved, arguments: args, timestamp: answered } = event.data;
      if (isQuestion(view, callId)) return withAnswer(view, event.data);
      const consent = approved ? "approved" : "refused";
      return withCall(view, callId, { consent, answered, ...given({ arguments: args }) });
    }
    case "file": {
      const { file_id: fileId, name, media_type: mediaType, timestamp } = event.data;
      const file = { fileId, name, mediaType, at: view.segments.length, timestamp };
      return { ...view, files: [...view.files, file] };
    }
    default:
      event satisfies never; // ours must be handled; a newer server's is skipped
      return view;
  }
}

const withoutProgress = ({ progress: _over, ...view }: TurnView): TurnView => view;

/** How it stands with the user's word about a call, or about the plan. */
export const consentOf = ({ calls, plan }: TurnView, callId: string): Consent | undefined =>
  callId === planCallId && plan !== undefined
    ? plan.consent
    : calls.findLast((call) => call.callId === callId)?.consent;

function withStep(view: TurnView, { step, state }: { step: number; state: "doing" | "done" }): TurnView {
  const { plan } = view;
  const found = plan?.steps[step - 1];
  if (plan === undefined || found === undefined) return view;
  return { ...view, plan: { ...plan, steps: plan.steps.with(step - 1, { ...found, state }) } };
}

type Asked = Extract<TurnEvent, { readonly event: "approval_request" }>["data"];
type Answered = Extract<TurnEvent, { readonly event: "approval" }>["data"];

function withQuestion(view: TurnView, ofCall: string, data: Asked): TurnView {
  const { call_id: callId, name, arguments: args, why, form, url, from, once, timestamp: asked } = data;
  const more = given({ why, form, url, from, once });
  const question: QuestionView = { callId, name, arguments: args, ...more, asked, consent: "asked" };
  const before = view.calls.findLast((call) => call.callId === ofCall)?.questions ?? [];
  return withCall(view, ofCall, { questions: [...before, question] });
}

const isQuestion = (view: TurnView, callId: string): boolean =>
  view.calls.some(({ questions = [] }) => questions.some((question) => question.callId === callId));

function withAnswer(view: TurnView, data: Answered): TurnView {
  const { call_id: callId, approved, arguments: args, withdrawn, timestamp: answered } = data;
  const consent = withdrawn ? "withdrawn" : approved ? "approved" : "refused";
  const news = { consent, answered, ...given({ arguments: args }) } as const;
  const told = (question: QuestionView) => (question.callId === callId ? { ...question, ...news } : question);
  const calls = view.calls.map((call) =>
    call.questions?.some((question) => question.callId === callId)
      ? { ...call, questions: call.questions.map(told) }
      : call,
  );
  return { ...view, calls };
}

/** What is known of a call, and what is new; events about one that was never told are skipped. */
function withCall(view: TurnView, callId: string, news: Partial<ToolCallView>): TurnView {
  if (callId === planCallId && view.plan !== undefined)
    return { ...view, plan: { ...view.plan, ...given({ consent: news.consent }) } };
  const at = view.calls.findLastIndex((call) => call.callId === callId);
  const call = view.calls[at];
  return call === undefined ? view : { ...view, calls: view.calls.with(at, { ...call, ...news }) };
}

function say(
  view: TurnView,
  role: "assistant" | "thinking" | "plan",
  data: { readonly content: string; readonly timestamp: string; readonly model: string },
): TurnView {
  if (data.content === "") return view;
  const last = view.segments.at(-1);
  if (last?.role === role && last.model === data.model) {
    return { ...view, segments: view.segments.with(-1, { ...last, content: last.content + data.content }) };
  }
  const { content, timestamp, model } = data;
  return { ...view, segments: [...view.segments, { role, content, timestamp, model }] };
}

const countable = ["prompt_tokens", "completion_tokens", "total_tokens"] as const;

function sum(before: Usage | undefined, more: Usage): Usage {
  const counted = countable.flatMap((name) => {
    const count = more[name] === undefined ? before?.[name] : (before?.[name] ?? 0) + more[name];
    return count === undefined ? [] : [[name, count]];
  });
  // Of a sum in which one call has no price nobody knows what it comes to.
  const cost = before === undefined ? more.cost : total(before.cost, more.cost);
  const cached = before?.cached ?? more.cached;
  return { ...(Object.fromEntries(counted) as Usage), ...given({ cost, cached }) };
}

const total = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? undefined : one + other;
