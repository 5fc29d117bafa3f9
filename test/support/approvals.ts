import { until } from "../../src/testkit/until.ts";
import type { Caller } from "./test-server.ts";

/** A call, a plan or a question that waits for its user's word. */
export type Waiting = {
  readonly turn_id: string;
  readonly call_id: string;
  readonly name: string;
  readonly arguments: string;
  readonly why: string;
  readonly form?: { readonly properties: object };
} & Readonly<Record<string, unknown>>;

export const allWaiting = (user: Caller) => user.get<readonly Waiting[]>("/api/v1/approvals");

/** What waits, once there are so many. */
export async function waitingFor(user: Caller, count = 1): Promise<readonly [Waiting, ...Waiting[]]> {
  return until(`${count} wait`, async () => {
    const [first, ...others] = await allWaiting(user);
    return first !== undefined && others.length + 1 >= count && ([first, ...others] as const);
  });
}

/** Gives the user's word: `{ approve, arguments }`. */
export const giveWord = (
  user: Caller,
  { turn_id, call_id }: Pick<Waiting, "turn_id" | "call_id">,
  json: object,
) => user(`/api/v1/turns/${turn_id}/approvals/${encodeURIComponent(call_id)}`, { method: "POST", json });
