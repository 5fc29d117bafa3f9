import type { Granted, Line, Wish } from "./highlighted.ts";

/** Longer than any honest file takes: one that is not done by then never will be. */
const patienceMs = 4000;
const maxLength = 200_000;

type Waiting = { readonly wish: Wish; readonly done: (lines: readonly Line[] | undefined) => void };

let worker: Worker | undefined;
let nextId = 1;
const waiting: Waiting[] = []; // the first is being worked on
let timer: ReturnType<typeof setTimeout> | undefined;

/** The lines of highlighted code, or `undefined` when it stays plain. One after the other, in a worker. */
export function highlight(grammar: string, code: string): Promise<readonly Line[] | undefined> {
  if (code.length > maxLength) return Promise.resolve(undefined);
  return new Promise((done) => {
    waiting.push({ wish: { id: nextId++, grammar, code }, done });
    if (waiting.length === 1) begin();
  });
}

function begin(): void {
  const first = waiting[0];
  if (first === undefined) return;
  worker ??= start();
  worker.postMessage(first.wish);
  timer = setTimeout(giveUp, patienceMs);
}

function start(): Worker {
  const started = new Worker(new URL("./highlight-worker.ts", import.meta.url), {
    type: "module",
    name: "highlight",
  });
  started.addEventListener("message", ({ data }: MessageEvent<Granted>) => {
    if (data.id === waiting[0]?.wish.id) finish(data.lines);
  });
  started.addEventListener("error", giveUp);
  return started;
}

function giveUp(): void {
  worker?.terminate();
  worker = undefined;
  finish(undefined);
}

function finish(lines: readonly Line[] | undefined): void {
  clearTimeout(timer);
  waiting.shift()?.done(lines);
  begin();
}
