import type { Worker } from "node:worker_threads";
import { SkeletonError } from "../../../lib/errors.ts";
import type { Logger } from "../../../protocols/plugin.ts";
import { StaleError } from "../engine.ts";
import { shutDown } from "../shut-down.ts";
import { errorOf } from "./failures.ts";
import type { Failure, Numbered, Reply, Request } from "./messages.ts";

/** A database thread as the host sees it: questions and answers. */
export type Link = {
  /** @throws what the request threw there; `stale` is told apart by `StaleError`. */
  call(request: Request): Promise<unknown>;
  /** Whether its thread has been started. */
  isAwake(): boolean;
  /** Answers what is in flight, lets go of the database and ends the thread. */
  close(): Promise<void>;
};

type Waiting = { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void };

/**
 * Starts the thread with the first call. When it dies, whatever is in flight is rejected and the next call starts
 * another one, unless `restart` is false: a database in memory died with its thread, and an empty one must not
 * take its place.
 */
export function openLink(
  start: () => Worker,
  { log, restart }: { readonly log: Logger; readonly restart: boolean },
): Link {
  const waiting = new Map<number, Waiting>();
  /** What is asked in one turn of the event loop goes in one message: waking a thread costs more than what it is asked. */
  let unsent: Numbered<Request>[] = [];
  let worker: Worker | undefined;
  let nextId = 0;
  let state: "open" | "lost" | "closed" = "open";

  const died = (dead: Worker, cause: unknown) => {
    if (worker !== dead) return;
    worker = undefined;
    if (!restart && state === "open") state = "lost";
    if (waiting.size > 0 || state === "lost") log.error({ err: cause }, "store: a database thread has ended");
    for (const { reject } of waiting.values()) reject(gone(cause));
    waiting.clear();
    unsent = [];
  };
  const settle = (reply: Reply) => {
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (waiting.size === 0) worker?.unref();
    if (asked === undefined) return;
    if (!("failure" in reply)) asked.resolve(reply.result);
    else asked.reject(reply.failure.code === "stale" ? new StaleError() : told(reply.failure));
  };
  const told = (failure: Failure) => {
    if (failure.code.startsWith("store_"))
      log.error({ code: failure.code, cause: failure.cause }, `store: ${failure.message}`);
    return errorOf(failure);
  };
  const begin = (): Worker => {
    const started = start();
    started.on("message", (replies: readonly Reply[]) => {
      for (const reply of replies) settle(reply);
    });
    started.on("error", (error) => died(started, error));
    started.on("exit", (code) => died(started, new Error(`The thread ended with code ${code}.`)));
    return started;
  };
  const send = (request: Request): Promise<unknown> =>
    new Promise((resolve, reject) => {
      worker ??= begin();
      nextId += 1;
      // While something is in flight the process must not end by itself; idle threads do not keep it.
      if (waiting.size === 0) worker.ref();
      waiting.set(nextId, { resolve, reject });
      if (unsent.push({ id: nextId, request }) === 1) process.nextTick(post);
    });
  const post = () => {
    const requests = unsent;
    unsent = [];
    if (requests.length > 0) worker?.postMessage(requests);
  };

  return {
    async call(request) {
      if (state === "closed") throw shutDown();
      if (state === "lost") throw gone(new Error("The thread that held the database in memory has ended."));
      return send(request);
    },
    isAwake: () => worker !== undefined,
    async close() {
      if (state === "closed") return;
      const ending = worker;
      try {
        if (ending !== undefined && state === "open") {
          const closing = send({ kind: "close" });
          state = "closed";
          await closing;
        }
      } finally {
        state = "closed";
        worker = undefined;
        await ending?.terminate();
      }
    },
  };
}

function gone(cause: unknown): SkeletonError {
  return new SkeletonError("store_unavailable", "The database thread has ended.", {
    hint: "Try again; if it stays so, look into the log and restart the server.",
    cause,
  });
}
