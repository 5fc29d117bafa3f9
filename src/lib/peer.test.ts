import assert from "node:assert/strict";
import { test } from "node:test";
import { twoEnds } from "../../test/support/peers.ts";
import { SkeletonError } from "./errors.ts";
import { askOnce, type Frame, type Peer, peerOver } from "./peer.ts";

const never = new AbortController().signal;

test("what is told is heard in order, by all who listen, until they listen no more", async () => {
  const [here, there] = twoEnds();
  const heard: number[] = [];
  const three = Promise.withResolvers<void>();
  const deaf = there.hear<{ n: number }>("count", ({ n }) => {
    heard.push(n);
    if (n === 2) deaf();
  });
  there.hear<{ n: number }>("count", ({ n }) => n === 3 && three.resolve());
  for (const n of [1, 2, 3]) here.tell("count", { n });
  await three.promise;
  assert.deepEqual(heard, [1, 2]);
});

test("an answer comes in order to its end, and both ends may ask at a time", async () => {
  const [here, there] = twoEnds();
  const upTo = async function* ({ last }: { last: number }) {
    for (let n = 1; n <= last; n += 1) yield n;
  };
  here.serve("numbers", upTo);
  there.serve("numbers", upTo);
  const ask = (peer: Peer, last: number) => Array.fromAsync(peer.ask<number>("numbers", { last }, never));
  const [some, many] = await Promise.all([ask(here, 3), ask(there, 500)]);
  assert.deepEqual([some, many.length, many.at(-1)], [[1, 2, 3], 500, 500]);
  assert.equal(await askOnce(here, "numbers", { last: 9 }, never), 1);
});

test("what is thrown there is thrown here, with its message and fields", async () => {
  const [here, there] = twoEnds();
  // biome-ignore lint/correctness/useYield: it fails before there is anything
  there.serve("work", async function* () {
    throw new SkeletonError("cursor_lost", "Gone.", { hint: "Start anew.", details: { n: 7 } });
  });
  await assert.rejects(askOnce(here, "work", {}, never), {
    ...{ code: "cursor_lost", message: "Gone.", hint: "Start anew.", details: { n: 7 } },
  });
  await assert.rejects(askOnce(here, "rest", {}, never), /Nothing is served under rest/);
});

test("whoever leaves, or aborts, ends the work at the other end", async () => {
  const [here, there] = twoEnds();
  const ended: string[] = [];
  const all = Promise.withResolvers<void>();
  there.serve("ticks", async function* ({ name }: { name: string }, signal: AbortSignal) {
    yield 1;
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    if (ended.push(name) === 2) all.resolve();
  });
  await askOnce(here, "ticks", { name: "left" }, never);
  const leaving = new AbortController();
  const reading = here.ask("ticks", { name: "aborted" }, leaving.signal);
  await reading.next();
  leaving.abort();
  await assert.rejects(reading.next(), { name: "AbortError" });
  await all.promise;
  assert.deepEqual(ended.sort(), ["aborted", "left"]);
});

test("a slow taker holds the work up after 64 items, and it goes on when some were taken", async () => {
  const [here, there] = twoEnds();
  let made = 0;
  there.serve("much", async function* () {
    while (made < 1_000) {
      made += 1;
      yield made;
    }
  });
  const reading = here.ask<number>("much", {}, never);
  await reading.next();
  for (let loops = 0; loops < 50; loops += 1) await new Promise(setImmediate);
  assert.equal(made, 64);
  let taken = 1;
  for await (const n of reading) {
    taken += 1;
    assert.equal(n, taken);
  }
  assert.equal(taken, 1_000);
});

test("of answers that trickle, items that follow closely go together, and what comes after a silence at once", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let ms = 0;
  t.mock.method(performance, "now", () => ms);
  const sent: (readonly Frame[])[] = [];
  let ask: (frames: readonly Frame[]) => void = () => {};
  const peer = peerOver({
    send: (frames) => sent.push(frames),
    hear(listener) {
      ask = listener;
    },
  });
  let next = Promise.withResolvers<string>();
  peer.serve(
    "trickle",
    async function* () {
      for (;;) yield await next.promise;
    },
    { steady: true },
  );
  const say = async (word: string) => {
    const { resolve } = next;
    next = Promise.withResolvers();
    resolve(word);
    for (let loops = 0; loops < 3; loops += 1) await new Promise(setImmediate);
  };
  const words = () =>
    sent.map((frames) => frames.map((frame) => ("item" in frame ? frame.item : "")).join(""));
  ask([{ ask: "trickle", id: 1, input: {} }]);
  for (const word of "abc") await say(word);
  assert.deepEqual(words(), ["a"]);
  ms = 10;
  t.mock.timers.tick(10);
  assert.deepEqual(words(), ["a", "bc"]);
  ms = 200;
  await say("d");
  assert.deepEqual(words(), ["a", "bc", "d"]);
  peer.end();
});

test("it is idle once all that was asked under a name is answered", async () => {
  const [here, there] = twoEnds();
  const go = Promise.withResolvers<void>();
  there.serve("slow", async function* () {
    yield 1;
    await go.promise;
  });
  there.serve("endless", async function* (_input: object, signal: AbortSignal) {
    yield 1;
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
  });
  const [slow, endless] = [here.ask("slow", {}, never), here.ask("endless", {}, never)];
  await Promise.all([slow.next(), endless.next()]);
  let idle = false;
  const waiting = here.idle("slow").then(() => {
    idle = true;
  });
  for (let loops = 0; loops < 10; loops += 1) await new Promise(setImmediate);
  assert.equal(idle, false);
  go.resolve();
  assert.equal((await slow.next()).done, true);
  await waiting;
  await endless.return();
});

test("when the other end is gone, what it was asked fails and what it asked for is ended", async () => {
  const [here, there] = twoEnds();
  const aborted = Promise.withResolvers<void>();
  there.serve("forever", async function* (_input: object, signal: AbortSignal) {
    yield 1;
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    aborted.resolve();
  });
  const reading = here.ask("forever", {}, never);
  await reading.next();
  const next = reading.next();
  here.end();
  there.end();
  await assert.rejects(next, /other process has ended/);
  await aborted.promise;
  await assert.rejects(askOnce(here, "forever", {}, never), /other process has ended/);
});
