import type { JsonObject } from "./json.ts";
import type { Usage } from "./model.ts";
import type { PlanStep } from "./plan.ts";

/**
 * What a turn says while it runs: the same objects are logged, sent over the wire and folded into what a reader sees.
 * In a good run `thread_id` is first and `stream_end` last. `timestamp` is ISO 8601, UTC; events of one batch share it.
 * A reader skips events it does not know: a newer server may say more.
 */
export type TurnEvent =
  | {
      readonly event: "thread_id";
      readonly data: {
        readonly thread_id: string;
        readonly timestamp: string;
        readonly turn_id?: string;
        /** The history entry that this turn answers. */
        readonly message_id?: string;
      };
    }
  /** What the model says; what it thinks before; what a planning model writes down for another one to carry out. */
  | {
      readonly event: "message_tokens" | "thinking_tokens" | "plan_tokens";
      readonly data: { readonly content: string; readonly timestamp: string; readonly model: string };
    }
  /** The plan is made, or its user has changed it: all of its steps as they stand. `model` is the one that planned. */
  | {
      readonly event: "plan";
      readonly data: {
        readonly steps: readonly PlanStep[];
        readonly model: string;
        readonly timestamp: string;
      };
    }
  /** Whoever carries the plan out is at this step, or has done it. The first step is 1. */
  | {
      readonly event: "plan_step";
      readonly data: {
        readonly step: number;
        readonly state: "doing" | "done";
        readonly timestamp: string;
      };
    }
  /** A tool is called. Whatever else is told of the call has its `call_id`, which is unique in the turn. */
  | {
      readonly event: "tool_call";
      readonly data: {
        readonly call_id: string;
        readonly name: string;
        /** The model's own text: perhaps not even JSON. */
        readonly arguments: string;
        readonly timestamp: string;
      };
    }
  /** A line about a tool, or one that a hook gave the reader. */
  | {
      readonly event: "tool_update";
      readonly data: { readonly call_id: string; readonly content: string; readonly timestamp: string };
    }
  /** The call is over: what the model is told, whole. */
  | {
      readonly event: "tool_result";
      readonly data: {
        readonly call_id: string;
        readonly content: string;
        readonly failed?: boolean;
        readonly timestamp: string;
      };
    }
  /**
   * The call waits for its user's word. With `once` a yes holds for this tool in the whole thread. A plan that waits is
   * asked about as the call `plan`, with its steps as the arguments.
   */
  | {
      readonly event: "approval_request";
      readonly data: {
        readonly call_id: string;
        readonly name: string;
        readonly arguments: string;
        readonly why?: string;
        /** JSON Schema: the user fills in a form. */
        readonly form?: JsonObject;
        readonly once?: true;
        /** It ran when the server stopped, and may have done its work. */
        readonly again?: true;
        /** The running call that asks: `call_id` is that of its question. */
        readonly of_call?: string;
        /** Where the user is to go. */
        readonly url?: string;
        /** Who wants to know, where that is not the tool itself. */
        readonly from?: string;
        readonly timestamp: string;
      };
    }
  /** The user's word; `arguments` is what they made of those of the question, or filled its form with. */
  | {
      readonly event: "approval";
      readonly data: {
        readonly call_id: string;
        readonly approved: boolean;
        readonly arguments?: string;
        /** Nobody answered; it is not asked any more. */
        readonly withdrawn?: true;
        readonly timestamp: string;
      };
    }
  /** A file came with the answer. */
  | {
      readonly event: "file";
      readonly data: {
        readonly file_id: string;
        readonly name: string;
        readonly media_type: string;
        readonly timestamp: string;
      };
    }
  /**
   * The model is loaded, and the answer waits for it; `done` goes from 0 to 1. It is shown until something else is said,
   * and not kept.
   */
  | {
      readonly event: "progress";
      readonly data: { readonly done: number; readonly model: string; readonly timestamp: string };
    }
  /** Part of the history did not fit the model's window; `left_out` is how many of its oldest messages. */
  | { readonly event: "context"; readonly data: { readonly left_out: number; readonly timestamp: string } }
  | { readonly event: "usage"; readonly data: Usage & { readonly model: string; readonly timestamp: string } }
  /** What happened and what to do. What was said before stays said. */
  | {
      readonly event: "error";
      readonly data: {
        readonly message: string;
        readonly code?: string;
        /** The HTTP status that the model's provider answered with. */
        readonly upstream_status?: number;
        readonly timestamp?: string;
      };
    }
  | {
      readonly event: "stream_end";
      readonly data: { readonly timestamp: string; readonly interrupted?: boolean };
    };
