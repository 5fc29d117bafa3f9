import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FunctionPlugin } from "../protocols/function-plugin.ts";
import type { Functions } from "../protocols/functions.ts";

/** Does nothing, under this name. */
const named = (name: string, more: Partial<FunctionPlugin> = {}): FunctionPlugin => ({
  name,
  preCall: () => undefined,
  ...more,
});

/**
 * What every `Functions` does. `open` gives a fresh one that has found these functions, in this order. It gives a
 * function at most half a second to start, and as long to end.
 */
export const functionsContract = (
  name: string,
  open: (found: readonly FunctionPlugin[]) => Promise<Functions>,
) =>
  describe(name, () => {
    const names = async (functions: Functions) =>
      (await functions.getFunctions()).map((plugin) => plugin.name);

    test("without functions there are none, and no problems", async () => {
      const functions = await open([]);
      assert.deepEqual(await functions.getFunctions(), []);
      assert.deepEqual(await functions.getProblems(), []);
      await functions.shutdown?.();
    });

    test("the highest priority comes first, and the same one is ordered by name", async () => {
      const found = [
        named("low", { priority: -1 }),
        named("b"),
        named("high", { priority: 10 }),
        named("a", { priority: 0 }),
      ];
      const functions = await open(found);
      assert.deepEqual(await names(functions), ["high", "a", "b", "low"]);
      await functions.shutdown?.();
    });

    test("of two with one name the first is used, and the other is told", async () => {
      const first = named("twin");
      const functions = await open([first, named("twin", { priority: 5 })]);
      const used = await functions.getFunctions();
      assert.equal(used.length, 1);
      assert.equal(used[0]?.priority, undefined);
      const problems = await functions.getProblems();
      assert.equal(problems.length, 1);
      assert.match(problems[0]?.problem ?? "", /twin/);
      await functions.shutdown?.();
    });

    test("each is started once, with a host, before anybody sees it", async () => {
      let started = 0;
      const starts = named("starts", {
        async start(host) {
          await Promise.resolve();
          assert.equal(typeof host.newId(), "string");
          started += 1;
        },
      });
      const functions = await open([starts]);
      await functions.getFunctions();
      await functions.getFunctions();
      assert.equal(started, 1);
      await functions.shutdown?.();
    });

    test("one that fails to start, or never ends starting, is left out and told; the rest is there", {
      timeout: 10_000,
    }, async () => {
      const fails = named("fails", {
        start() {
          throw new Error("no such luck");
        },
      });
      const hangs = named("hangs", { start: () => new Promise(() => {}) });
      const functions = await open([fails, hangs, named("good")]);
      assert.deepEqual(await names(functions), ["good"]);
      const problems = (await functions.getProblems()).map(({ problem }) => problem).join("\n");
      assert.match(problems, /fails.*no such luck/);
      assert.match(problems, /hangs/);
      await functions.shutdown?.();
    });

    test("shutdown ends every function, whatever becomes of the others", { timeout: 10_000 }, async () => {
      const ended: string[] = [];
      const ends = (plugin: string) =>
        named(plugin, {
          async shutdown() {
            ended.push(plugin);
          },
        });
      const fails = named("fails", {
        async shutdown() {
          throw new Error("no such luck");
        },
      });
      const hangs = named("hangs", { shutdown: () => new Promise(() => {}) });
      const functions = await open([ends("a"), fails, hangs, ends("z")]);
      await functions.shutdown?.();
      assert.deepEqual(ended.toSorted(), ["a", "z"]);
    });
  });
