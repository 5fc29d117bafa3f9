import type { AccountEvent } from "../protocols/account-event.ts";

const names: Readonly<Record<AccountEvent["event"], true>> = {
  thread_created: true,
  thread_updated: true,
  thread_deleted: true,
  thread_messages: true,
  turn_started: true,
  turn_ended: true,
  roles_changed: true,
  approval_requested: true,
  approval_answered: true,
  job_queued: true,
  job_started: true,
  job_ended: true,
};

/** What a webhook may be told of: every event of an account. */
export const eventNames = Object.keys(names) as readonly AccountEvent["event"][];
