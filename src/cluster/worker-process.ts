import cluster from "node:cluster";
import { askOnce, type Frame, type Line, type Peer, peerOver } from "../lib/peer.ts";
import type { WorkerPlace } from "../lib/worker-place.ts";
import type { Config } from "../protocols/config.ts";

/** What a worker asks for first: what it is to do. */
export type Orders = { readonly config: Config; readonly place: Omit<WorkerPlace, "primary"> };

/** What it tells once it serves. */
export type Ready = {
  readonly url: string;
  /** While there are no users. */
  readonly setupSecret?: string;
};

/** How a process ended: one of both is there. */
export type Exit = { readonly code: number | null; readonly signal: string | null };

export type WorkerProcess<Ready> = {
  /** Resolves once it serves; never, when it ends before. */
  readonly ready: Promise<Ready>;
  readonly exited: Promise<Exit>;
  /** Resolves once its event loop has turned. Rejects when it is gone. */
  answer(): Promise<unknown>;
  /** Asks it to end. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
};

/** Starts a process of this same program. @param join makes its line useful. @returns what to call when it is gone. */
export function startWorker(orders: Orders, join: (worker: Peer) => () => void): WorkerProcess<Ready> {
  const worker = cluster.fork();
  worker.on("error", () => {}); // what cannot be said to it any more; that it ends is told below
  const line: Line = {
    send: (frames) => void (worker.isConnected() && worker.process.send(frames)),
    hear: (listener) => void worker.on("message", listener as (message: unknown) => void),
  };
  const peer = peerOver(line);
  const leave = join(peer);
  peer.serve("orders", async function* () {
    yield orders;
  });
  const stopping = Promise.withResolvers<void>();
  // Asked for rather than told: a worker that is only just starting would not hear it.
  peer.serve("stop", async function* () {
    await stopping.promise;
    yield true;
  });
  const ready = Promise.withResolvers<Ready>();
  peer.hear<Ready>("ready", ready.resolve);
  const exited = Promise.withResolvers<Exit>();
  worker.once("exit", (code, signal) => {
    leave();
    peer.end();
    exited.resolve({ code, signal });
  });
  return {
    ready: ready.promise,
    exited: exited.promise,
    answer: () => askOnce(peer, "alive", {}, new AbortController().signal),
    stop: stopping.resolve,
    kill: () => worker.process.kill("SIGKILL"),
  };
}

/** The process that has started this one as a worker; `undefined` in any other. */
export function primaryOfThis(): Peer | undefined {
  if (!cluster.isWorker) return undefined;
  process.channel?.ref(); // it waits for what is said there, whatever else was loaded into it
  const peer = peerOver({
    send: (frames) => void (process.connected && process.send?.(frames)),
    hear: (listener) => void process.on("message", (frames: readonly Frame[]) => listener(frames)),
  });
  peer.serve("alive", async function* () {
    yield true;
  });
  return peer;
}
