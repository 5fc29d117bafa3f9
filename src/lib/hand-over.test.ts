import assert from "node:assert/strict";
import { test } from "node:test";
import { type HandsOver, handEach, handOver } from "./hand-over.ts";

test("what is left of a plain iterator is handed over, and its failure", async () => {
  async function* counting() {
    yield 1;
    yield 2;
    yield 3;
    throw new Error("enough");
  }
  const numbers = counting();
  await numbers.next();
  const taken: number[] = [];
  await assert.rejects(
    handEach(numbers, (number) => taken.push(number)),
    { message: "enough" },
  );
  assert.deepEqual(taken, [2, 3]);
});

test("taking that fails returns a plain iterator", async () => {
  let returned = false;
  async function* endless() {
    try {
      for (;;) yield 1;
    } finally {
      returned = true;
    }
  }
  await assert.rejects(
    handEach(endless(), () => {
      throw new Error("full");
    }),
    { message: "full" },
  );
  assert.ok(returned);
});

test("an iterator that hands over by itself is not asked for its next", async () => {
  const short: AsyncIterator<string> & HandsOver<string> = {
    next: () => Promise.reject(new Error("asked")),
    async [handOver](take) {
      take("a");
      take("b");
    },
  };
  const taken: string[] = [];
  await handEach(short, (text) => taken.push(text));
  assert.deepEqual(taken, ["a", "b"]);
});

test("taking that returns a promise is waited for", async () => {
  async function* counting() {
    yield 1;
    yield 2;
  }
  const heard: string[] = [];
  await handEach(counting(), async (number) => {
    heard.push(`begin ${number}`);
    await Promise.resolve();
    heard.push(`end ${number}`);
  });
  assert.deepEqual(heard, ["begin 1", "end 1", "begin 2", "end 2"]);
});
