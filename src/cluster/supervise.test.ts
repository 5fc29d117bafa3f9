import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as loopOver } from "node:timers/promises";
import { testHost } from "../testkit/test-host.ts";
import { supervise } from "./supervise.ts";
import type { Exit } from "./worker-process.ts";

/** Workers that do what a test says, and a clock and pauses that are its own. */
function scripted(count: number) {
  const started: {
    readonly number: number;
    readonly first: string | undefined;
    ready(told: string): Promise<void>;
    exit(exit: Partial<Exit>): Promise<void>;
    /** It answers no more, or again. */
    hang(hangs: boolean): void;
    readonly asked: string[];
  }[] = [];
  const pauses: number[] = [];
  const begun: string[] = [];
  const stop = Promise.withResolvers<void>();
  let ms = 0;
  const code = supervise<string>(
    {
      ...{ count, log: testHost().log, now: () => ms, begun: (first) => void begun.push(first) },
      sleep: async (pauseMs) => void pauses.push(pauseMs),
      start(number, first) {
        const ready = Promise.withResolvers<string>();
        const exited = Promise.withResolvers<Exit>();
        const asked: string[] = [];
        let waiting: PromiseWithResolvers<void> | undefined;
        started.push({
          ...{ number, first, asked },
          hang(hangs) {
            waiting?.resolve();
            waiting = hangs ? Promise.withResolvers() : undefined;
          },
          async ready(told) {
            ready.resolve(told);
            await loopOver();
          },
          async exit({ code = null, signal = null }) {
            exited.resolve({ code, signal });
            await loopOver();
          },
        });
        return {
          ...{ ready: ready.promise, exited: exited.promise },
          answer: async () => waiting?.promise,
          stop: () => void asked.push("stop"),
          kill: () => void asked.push("kill"),
        };
      },
    },
    stop.promise,
  );
  const worker = (index: number) => started[index] ?? assert.fail(`no worker ${index} was started`);
  const pass = (by: number) => {
    ms += by;
  };
  return { code, started, worker, pauses, begun, stop: stop.resolve, pass };
}

/** All of them at work. */
async function working(count: number) {
  const them = scripted(count);
  for (let index = 0; index < count; index += 1) await them.worker(index).ready(`told ${index + 1}`);
  return them;
}

test("the first starts alone, the others with what it told, and all together have begun once", async () => {
  const { started, worker, begun } = scripted(3);
  assert.deepEqual(
    started.map(({ number }) => number),
    [1],
  );
  await worker(0).ready("told");
  assert.deepEqual(
    started.map(({ number, first }) => [number, first]),
    [
      [1, undefined],
      [2, "told"],
      [3, "told"],
    ],
  );
  await worker(2).ready("");
  assert.deepEqual(begun, []);
  await worker(1).ready("");
  assert.deepEqual(begun, ["told"]);
});

test("a start that fails ends all with its code, whichever worker's it is", async () => {
  const first = scripted(2);
  await first.worker(0).exit({ code: 3 });
  assert.equal(await first.code, 3);

  const second = scripted(2);
  await second.worker(0).ready("told");
  await second.worker(1).exit({ signal: "SIGKILL" });
  assert.deepEqual(second.worker(0).asked, ["stop"]);
  await second.worker(0).exit({ code: 0 });
  assert.equal(await second.code, 1);
});

test("one that ends is replaced under its number, later each time while it lives only shortly", async () => {
  const { started, worker, pauses, pass } = await working(2);
  pass(60_000);
  await worker(1).exit({ signal: "SIGKILL" });
  for (const index of [2, 3, 4]) {
    await worker(index).ready("");
    pass(1_000);
    await worker(index).exit({ code: 1 });
  }
  assert.deepEqual(
    started.map(({ number }) => number),
    [1, 2, 2, 2, 2, 2],
  );
  assert.deepEqual(pauses, [0, 100, 200, 400]);
});

test("a replacement that fails to start is tried again while another serves, else it ends all", async () => {
  const { started, worker, code } = await working(2);
  await worker(1).exit({ code: 1 });
  await worker(2).exit({ code: 4 });
  await worker(3).exit({ code: 4 });
  assert.equal(started.length, 5);
  await worker(0).exit({ signal: "SIGKILL" });
  await worker(4).exit({ code: 4 });
  await worker(5).exit({ code: 4 });
  for (const { asked, exit } of started.slice(6)) if (asked.includes("stop")) await exit({ code: 0 });
  assert.equal(await code, 4);
});

test("one that answers no more is ended after half a minute, and replaced; one that only starts, or answers late, is not", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const { worker, started } = scripted(2);
  const pass = async (seconds: number) => {
    for (let each = 0; each < seconds; each += 5) {
      t.mock.timers.tick(5_000);
      await loopOver();
    }
  };
  worker(0).hang(true);
  await pass(60); // it starts
  worker(0).hang(false);
  await worker(0).ready("told");
  await worker(1).ready("");
  await pass(60);
  worker(0).hang(true);
  worker(1).hang(true);
  await pass(30);
  worker(0).hang(false);
  await loopOver();
  await pass(5);
  assert.deepEqual([worker(0).asked, worker(1).asked], [[], ["kill"]]);
  worker(0).hang(true);
  await worker(1).exit({ signal: "SIGKILL" });
  await pass(30);
  assert.deepEqual([worker(0).asked, worker(1).asked], [[], ["kill"]]);
  assert.deepEqual(
    started.map(({ number }) => number),
    [1, 2, 2],
  );
});

test("a stop asks all, replaces nobody, and ends with 0 once they are gone", async () => {
  const { started, worker, code, stop } = await working(2);
  stop();
  await loopOver();
  assert.deepEqual(
    started.map(({ asked }) => asked),
    [["stop"], ["stop"]],
  );
  await worker(0).exit({ code: 0 });
  await worker(1).exit({ code: 1 });
  assert.equal(await code, 0);
  assert.equal(started.length, 2);
});

test("one that does not stop within nine seconds is killed", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { worker, code, stop } = await working(1);
  stop();
  await loopOver();
  t.mock.timers.tick(8_999);
  assert.deepEqual(worker(0).asked, ["stop"]);
  t.mock.timers.tick(1);
  assert.deepEqual(worker(0).asked, ["stop", "kill"]);
  await worker(0).exit({ signal: "SIGKILL" });
  assert.equal(await code, 0);
});
