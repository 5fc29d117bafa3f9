import assert from "node:assert/strict";
import { test } from "node:test";
import { oneAtATime } from "./one-at-a-time.ts";

test("what is asked again while it runs runs once more, and each answer is newer than its question", async () => {
  const gates: { id: string; open: (error?: Error) => void }[] = [];
  const ask = oneAtATime<object>(
    (_owner, id) =>
      new Promise<void>((resolve, reject) =>
        gates.push({ id, open: (error) => (error ? reject(error) : resolve()) }),
      ),
  );
  const [owner, told] = [{}, [] as string[]];
  const tell = (name: string, run: Promise<void>) =>
    void run.then(
      () => told.push(name),
      () => told.push(`${name} failed`),
    );
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  tell("first", ask(owner, "a"));
  tell("second", ask(owner, "a"));
  tell("third", ask(owner, "a"));
  tell("other", ask(owner, "b"));
  tell("other owner", ask({}, "a"));
  assert.deepEqual(
    gates.map(({ id }) => id),
    ["a", "b", "a"],
  );
  gates[0]?.open(new Error("no network"));
  await settle();
  assert.deepEqual([told, gates.length], [["first failed"], 4]);
  for (const { open } of gates) open();
  await settle();
  assert.deepEqual(told.slice(1).sort(), ["other", "other owner", "second", "third"]);
  tell("later", ask(owner, "a"));
  assert.equal(gates.length, 5);
});
