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
    };

export type ThreadNews = { readonly thread_id: string; readonly timestamp: string };

export type TurnNews = { readonly thread_id: string; readonly turn_id: string; readonly timestamp: string };
