/**
 * What happens in an account, in one order for all its windows, scripts and webhooks (`GET /api/v1/events`).
 * Tokens are not in it: they are in the turn's own log. A reader skips events it does not know.
 */
export type AccountEvent =
  | { readonly event: "thread_created" | "thread_updated" | "thread_deleted"; readonly data: ThreadNews }
  /** The thread's active branch grew or changed. */
  | {
      readonly event: "thread_messages";
      readonly data: ThreadNews & {
        /** It grew beside what was there: entries that a reader knows may have siblings now. */
        readonly branched?: true;
      };
    }
  | { readonly event: "turn_started"; readonly data: TurnNews }
  | {
      readonly event: "turn_ended";
      readonly data: TurnNews & { readonly state: "done" | "failed" | "interrupted" };
    }
  /** The user made, changed or deleted a chat role. */
  | {
      readonly event: "roles_changed";
      readonly data: { readonly role_id: string; readonly timestamp: string };
    }
  /** A call of a turn waits for its user's word (`GET /api/v1/approvals`), and has it. */
  | { readonly event: "approval_requested"; readonly data: ApprovalNews & { readonly name: string } }
  | { readonly event: "approval_answered"; readonly data: ApprovalNews & { readonly approved: boolean } }
  /** A job waits (again, after a failure), is begun, or has reached a final state. */
  | { readonly event: "job_queued" | "job_started" | "job_ended"; readonly data: JobNews };

export type JobNews = {
  readonly job_id: number;
  readonly thread_id: string;
  readonly state: "queued" | "processing" | "done" | "error" | "cancelled";
  readonly timestamp: string;
};

export type ApprovalNews = TurnNews & { readonly call_id: string };

export type ThreadNews = { readonly thread_id: string; readonly timestamp: string };

export type TurnNews = { readonly thread_id: string; readonly turn_id: string; readonly timestamp: string };
