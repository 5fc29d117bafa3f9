import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../protocols/json.ts";
import { type CallAt, createRunningCalls } from "./running-calls.ts";

/** So many processes that hear what the others tell. */
function processes(count: number) {
  const hearing: ((message: JsonObject) => void)[] = [];
  const told: JsonObject[] = [];
  const calls = Array.from({ length: count }, (_, own) =>
    createRunningCalls({
      tell(_subject, message) {
        told.push(message);
        for (const [at, hear] of hearing.entries()) if (at !== own) hear(message);
      },
      listen(_subject, hear) {
        hearing[own] = hear;
        return () => {};
      },
    }),
  );
  return { calls, told };
}

const at: CallAt = { userId: "ann", session: "s", id: 7 };

test("a call is cancelled wherever it runs, and nobody else's, nor another of its client", () => {
  const { calls, told } = processes(3);
  const running = calls.flatMap((process, index) =>
    [at, { ...at, userId: "ben" }, { ...at, session: "t" }, { ...at, id: "7" }].map((each) => ({
      ...{ index, each },
      ...process.begin(index === 1 ? each : { ...each, session: `of ${index}` }),
    })),
  );
  calls[0]?.cancel(at);
  const ended = running.filter(({ cancelled }) => cancelled.aborted);
  assert.deepEqual(
    ended.map(({ index, each }) => [index, each]),
    [[1, at]],
  );
  assert.equal(told.length, 1);
});

test("of a call that runs here the others are not told, of one without a session nobody is", () => {
  const { calls, told } = processes(2);
  const call = calls[0]?.begin(at);
  calls[0]?.cancel(at);
  assert.equal(call?.cancelled.aborted, true);
  const nameless = calls[1]?.begin({ ...at, session: "" });
  for (const process of calls) process.cancel({ ...at, session: "" });
  assert.equal(nameless?.cancelled.aborted, false);
  assert.deepEqual(told, []);
});
