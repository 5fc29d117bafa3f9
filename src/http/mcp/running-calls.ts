import type { OtherInstances } from "../../protocols/bus.ts";
import type { RpcId } from "./rpc.ts";

/** Which call: a client numbers its own, so an id means something only in its session. */
export type CallAt = { readonly userId: string; readonly session: string; readonly id: RpcId };

/** Calls that a later message may cancel. */
export type RunningCalls = {
  /** @returns a signal that aborts when the call is cancelled, and what to do when it is over. */
  begin(at: CallAt): { readonly cancelled: AbortSignal; end(): void };
  /** Wherever it runs. One that is over, or somebody else's: nothing happens. */
  cancel(at: CallAt): void;
};

/** What instances tell each other: whose call is cancelled. */
const cancelSubject = "mcp/cancel";

/** Calls of this process, and others' where several instances share the bus. */
export function createRunningCalls(
  others: Pick<OtherInstances, "tell" | "listen"> | undefined,
): RunningCalls {
  const calls = new Map<string, AbortController>();
  const nameOf = ({ userId, session, id }: CallAt) => JSON.stringify([userId, session, id]);
  const cancelHere = (name: string) =>
    calls.get(name)?.abort(new DOMException("The call was cancelled.", "AbortError"));
  others?.listen(cancelSubject, ({ call }) => cancelHere(call as string));
  return {
    begin(at) {
      const call = new AbortController();
      if (at.session !== "") calls.set(nameOf(at), call); // without one, two clients could end each other's calls
      return {
        cancelled: call.signal,
        end() {
          if (calls.get(nameOf(at)) === call) calls.delete(nameOf(at));
        },
      };
    },
    cancel(at) {
      if (at.session === "") return;
      const call = nameOf(at);
      if (calls.has(call)) cancelHere(call);
      else others?.tell(cancelSubject, { call });
    },
  };
}
