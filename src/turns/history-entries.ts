import { entryId } from "../lib/entry-id.ts";
import type { JsonObject } from "../protocols/json.ts";
import type { PlanStep } from "../protocols/plan.ts";
import type { NewMessage } from "../protocols/threads.ts";
import type { Consent, FileView, QuestionView, Segment, ToolCallView, TurnView } from "./fold-turn.ts";

/**
 * Who cut an answer short: its reader, or the server by failing, stopping or crashing; `crashes` when that came so often that
 * it was not gone on with.
 */
export type CutBy = "reader" | "server" | "crashes";

/** How a turn went, beside what it said. It is kept as `turn` in the `meta` of the turn's last entry. */
export type TurnMeta = {
  readonly started?: string;
  readonly spoken?: string;
  readonly usage?: TurnView["usage"];
  readonly left_out?: number;
  readonly cut_by?: CutBy;
  readonly calls?: readonly CallMeta[];
  readonly files?: readonly FileMeta[];
  readonly plan?: PlanMeta;
};

/** It stands where the entry of the role `plan` does; in the rest of an answer it is that of the answer. */
export type PlanMeta = {
  readonly steps: readonly PlanStep[];
  readonly model: string;
  readonly consent?: Consent;
};

type FileMeta = {
  readonly file_id: string;
  readonly name: string;
  readonly media_type: string;
  /** The entry before which it stands; `null`: after the last one. */
  readonly before: string | null;
  readonly timestamp: string;
};

type CallMeta = {
  readonly call_id: string;
  readonly name: string;
  readonly arguments: string;
  /** The entry before which it stands; `null`: after the last one. */
  readonly before: string | null;
  readonly started: string;
  readonly ended?: string;
  readonly result?: string;
  readonly failed?: boolean;
  readonly consent?: Consent;
  readonly answered?: string;
  readonly questions?: readonly QuestionMeta[];
};

/** A question of a call, without the form that was filled in. */
type QuestionMeta = {
  readonly call_id: string;
  readonly name: string;
  readonly arguments: string;
  readonly why?: string;
  readonly url?: string;
  readonly from?: string;
  readonly asked: string;
  readonly consent: QuestionView["consent"];
  readonly answered?: string;
};

/** Characters that are kept of a call's arguments, of its result, of a step: what a reader may want to look into. */
export const keptOfCall = 20_000;
/** Characters of a file's name and of its type: no system has longer ones. */
const keptOfName = 1000;

/**
 * What a turn said, as history entries. Their ids follow from the turn's, so appending them again after a crash
 * doubles nothing. `cutBy` marks the last one as cut short.
 */
export function historyEntries(turnId: string, view: TurnView, cutBy?: CutBy): readonly NewMessage[] {
  const segments = segmentsOf(view);
  return segments.map(({ role, content, timestamp, model, callId }, index) => {
    const last = index === segments.length - 1;
    return {
      id: entryId(turnId, index),
      role,
      type: role === "tool" ? "tool_update" : "message_text",
      content,
      timestamp,
      turnId,
      ...(model === undefined ? {} : { model }),
      ...(callId === undefined ? {} : { callId }),
      ...(cutBy !== undefined && last ? { interrupted: true } : {}),
      ...(last ? withMeta(turnMeta(turnId, view, cutBy)) : {}),
    };
  });
}

/** What it said. Where that is nothing but tools were called or files came, one entry without words keeps them. */
function segmentsOf({ segments, calls, files }: TurnView): readonly Segment[] {
  const timestamp = calls[0]?.started ?? files[0]?.timestamp;
  if (segments.length > 0 || timestamp === undefined) return segments;
  return [{ role: "assistant", content: "", timestamp }];
}

const withMeta = (turn: TurnMeta): { readonly meta?: JsonObject } =>
  Object.keys(turn).length === 0 ? {} : { meta: { turn: turn as JsonObject } };

function turnMeta(turnId: string, view: TurnView, cutBy: CutBy | undefined): TurnMeta {
  const { started, spoken, usage, leftOut, calls, files, segments, plan } = view;
  const before = (at: number) => (at < segments.length ? entryId(turnId, at) : null);
  const questionMeta = ({ callId, form, once, ...question }: QuestionView): QuestionMeta => ({
    ...question,
    call_id: callId,
    arguments: question.arguments.slice(0, keptOfCall),
  });
  const callMeta = (view: ToolCallView): CallMeta => {
    const { callId, at, arguments: args, result, why, once, again, questions, ...call } = view;
    return {
      ...call,
      call_id: callId,
      arguments: args.slice(0, keptOfCall),
      before: before(at),
      ...(result === undefined ? {} : { result: result.slice(0, keptOfCall) }),
      ...(questions === undefined ? {} : { questions: questions.map(questionMeta) }),
    };
  };
  const fileMeta = ({ fileId, name, mediaType, at, timestamp }: FileView): FileMeta => ({
    file_id: fileId,
    name: name.slice(0, keptOfName),
    media_type: mediaType.slice(0, keptOfName),
    before: before(at),
    timestamp,
  });
  const stepMeta = (step: PlanStep): PlanStep => ({ ...step, text: step.text.slice(0, keptOfCall) });
  return {
    ...(started === undefined ? {} : { started }),
    ...(spoken === undefined ? {} : { spoken }),
    ...(usage === undefined ? {} : { usage }),
    ...(leftOut === 0 ? {} : { left_out: leftOut }),
    ...(cutBy === undefined ? {} : { cut_by: cutBy }),
    ...(calls.length === 0 ? {} : { calls: calls.map(callMeta) }),
    ...(files.length === 0 ? {} : { files: files.map(fileMeta) }),
    ...(plan === undefined ? {} : { plan: { ...plan, steps: plan.steps.map(stepMeta) } }),
  };
}
