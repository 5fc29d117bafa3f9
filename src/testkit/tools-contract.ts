import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Tool, ToolContext } from "../protocols/tool.ts";
import { toolsArguments } from "./tools-contract-arguments.ts";
import { forecast, host, type OpenTools, place, run, tool } from "./tools-contract-kit.ts";
import { toolsResults } from "./tools-contract-results.ts";

/**
 * What every `Tools` does, wherever its tools come from. `open` gives one that has these tools for everybody, and may
 * have others; it clears up behind itself with `context.after`.
 */
export function toolsContract(name: string, open: OpenTools): void {
  describe(name, () => {
    test("lists the tools, and a name once: the first has it", async (context) => {
      const second = { ...forecast(), description: "Another one" };
      const tools = await open(context, [forecast(), tool({ name: "other", execute: () => "" }), second]);
      const listed = (await tools.getTools({ userId: "ada" })).filter(({ name }) =>
        ["forecast", "other"].includes(name),
      );
      assert.deepEqual(
        listed.map(({ name, description }) => [name, description]),
        [
          ["forecast", "Does forecast"],
          ["other", "Does other"],
        ],
      );
      assert.deepEqual(listed[0]?.parameters, forecast().parameters);
      assert.ok(Array.isArray(await tools.getProblems()));
    });

    test("runs a tool that the caller knows, also when the list has another one now, or none", async (context) => {
      const tools = await open(context, [tool({ name: "clock", execute: () => "new" })]);
      for (const name of ["clock", "gone"]) {
        const known = [tool({ name, execute: () => "old" })];
        const asked = { ...place, host, signal: new AbortController().signal };
        const { value } = await tools.call({ id: "call", name, arguments: "" }, asked, known).next();
        assert.deepEqual(value, { content: "old" });
      }
      assert.equal((await run(tools, "clock")).content, "new");
    });

    test("runs functions and generators, at once or later; what they yield are lines", async (context) => {
      const tools = await open(context, [
        tool({ name: "later", execute: async () => "done" }),
        tool({
          name: "steps",
          execute: function* () {
            yield "one";
            yield { two: 2 };
            return "done";
          } as Tool["execute"],
        }),
        tool({
          name: "later_steps",
          execute: async function* () {
            yield "one";
            return "done";
          },
        }),
      ]);
      assert.deepEqual(await run(tools, "later"), { lines: [], content: "done" });
      assert.deepEqual(await run(tools, "steps"), { lines: ["one", '{"two":2}'], content: "done" });
      assert.deepEqual(await run(tools, "later_steps"), { lines: ["one"], content: "done" });
    });

    test("tells a tool for whom it runs", async (context) => {
      let seen: ToolContext | undefined;
      const execute: Tool["execute"] = (_, given) => {
        seen = given;
      };
      await run(await open(context, [tool({ name: "who", execute })]), "who");
      const { userId, threadId, turnId, signal } = seen ?? assert.fail("it did not run");
      assert.deepEqual({ userId, threadId, turnId }, place);
      assert.equal(signal.aborted, false);
    });

    test("an unknown tool is told with the names that there are", async (context) => {
      const { content, failed } = await run(await open(context, [forecast()]), "weather");
      assert.equal(failed, true);
      assert.match(content, /^Tool 'weather' not found\. Available tools: \[.*'forecast'.*\]$/);
    });

    test("what a tool throws is told, whatever it is", async (context) => {
      const thrown = {
        error: new RangeError("too hot"),
        text: "no",
        nothing: null,
        odd: Object.create(null),
      };
      const tools = await open(
        context,
        Object.entries(thrown).map(([name, what]) =>
          tool({
            name,
            execute: async () => {
              throw what;
            },
          }),
        ),
      );
      assert.deepEqual(await run(tools, "error"), {
        lines: [],
        content: "Error executing tool error: too hot",
        failed: true,
      });
      for (const name of Object.keys(thrown)) assert.equal((await run(tools, name)).failed, true, name);
    });

    test("a tool that takes too long is stopped and not waited for", async (context) => {
      let told: AbortSignal | undefined;
      const execute: Tool["execute"] = (_, { signal }) => {
        told = signal;
        return new Promise(() => {}); // does not listen
      };
      const tools = await open(context, [tool({ name: "endless", timeoutMs: 1, execute })]);
      const { content, failed } = await run(tools, "endless");
      assert.equal(failed, true);
      assert.match(content, /^Error executing tool endless: .*1 ms/);
      assert.equal(told?.aborted, true);
    });

    test("a generator that goes on for ever ends at its time, and may clear up", async (context) => {
      const cleared = Promise.withResolvers<string>();
      const execute = function* () {
        try {
          for (;;) yield "again";
        } finally {
          cleared.resolve("cleared");
        }
      } as Tool["execute"];
      const tools = await open(context, [tool({ name: "flood", timeoutMs: 1, execute })]);
      assert.match((await run(tools, "flood")).content, /1 ms/);
      assert.equal(await cleared.promise, "cleared");
    });

    test("a reader who leaves lets the tool clear up", async (context) => {
      const cleared = Promise.withResolvers<boolean>();
      const execute: Tool["execute"] = async function* (_, { signal }) {
        try {
          yield "one";
          yield "two";
        } finally {
          cleared.resolve(signal.aborted);
        }
      };
      const tools = await open(context, [tool({ name: "steps", execute })]);
      const { signal } = new AbortController();
      const call = { id: "call", name: "steps", arguments: "" };
      for await (const line of tools.call(call, { ...place, host, signal })) {
        assert.equal(line, "one");
        break;
      }
      assert.equal(await cleared.promise, true);
    });

    test("aborting throws the signal's reason, before and while a tool runs", async (context) => {
      const stop = new AbortController();
      const reason = new Error("the reader stopped it");
      const execute: Tool["execute"] = () => {
        stop.abort(reason);
        return new Promise(() => {});
      };
      const tools = await open(context, [tool({ name: "endless", execute })]);
      await assert.rejects(run(tools, "endless", "", stop.signal), reason);
      await assert.rejects(run(tools, "endless", "", AbortSignal.abort(reason)), reason);
      await assert.rejects(run(tools, "unknown", "", AbortSignal.abort(reason)), reason);
    });

    toolsArguments(open);
    toolsResults(open);
  });
}
