import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import fc from "fast-check";
import type { Tool, ToolContext } from "../protocols/tool.ts";
import type { ToolOutcome, Tools } from "../protocols/tools.ts";
import { testHost } from "./test-host.ts";

type Written = Partial<Tool> & Pick<Tool, "name" | "execute">;

const tool = (written: Written): Tool => ({
  description: `Does ${written.name}`,
  parameters: { type: "object", properties: {} },
  ...written,
});

const host = testHost();
const place = { userId: "ada", threadId: "thread", turnId: "turn" } as const;

/** Runs a call to its end. */
async function run(tools: Tools, name: string, args = "", signal = new AbortController().signal) {
  const context: ToolContext = { ...place, host, signal };
  const lines: string[] = [];
  const calling = tools.call({ id: "call", name, arguments: args }, context);
  for (;;) {
    const step = await calling.next();
    if (step.done) return { lines, ...step.value } as ToolOutcome & { readonly lines: readonly string[] };
    lines.push(step.value);
  }
}

const forecast = (execute: Tool["execute"] = (args) => args) =>
  tool({
    name: "forecast",
    parameters: {
      type: "object",
      properties: {
        city: { type: "string" },
        days: { type: "integer", minimum: 1, default: 3 },
        unit: { anyOf: [{ type: "string", enum: ["c", "f"] }, { type: "null" }] },
        hourly: { type: "boolean" },
        tags: { type: "array", items: { type: "string" } },
      },
      required: ["city"],
      additionalProperties: false,
    },
    execute,
  });

/**
 * What every `Tools` does, wherever its tools come from. `open` gives one that has these tools for everybody, and may
 * have others; it clears up behind itself with `context.after`.
 */
export function toolsContract(
  name: string,
  open: (context: TestContext, tools: readonly Tool[]) => Promise<Tools>,
): void {
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

    test("gives text as it is and anything else as JSON text", async (context) => {
      const results = {
        text: "a\tb\n",
        list: [1, { a: null }],
        nothing: undefined,
        big: { n: 12n },
        no: false,
      };
      const tools = await open(
        context,
        Object.entries(results).map(([name, result]) => tool({ name, execute: () => result })),
      );
      const contents: Record<string, unknown> = {};
      for (const name of Object.keys(results)) contents[name] = await run(tools, name);
      const said = (content: string) => ({ lines: [], content });
      assert.deepEqual(contents, {
        text: said("a\tb\n"),
        list: said('[1,{"a":null}]'),
        nothing: said("null"),
        big: said('{"n":"12"}'),
        no: said("false"),
      });
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

    test("empty arguments are none", async (context) => {
      const tools = await open(context, [tool({ name: "bare", execute: (args) => args })]);
      for (const args of ["", "  \n", "{}"]) {
        assert.deepEqual(await run(tools, "bare", args), { lines: [], content: "{}" }, JSON.stringify(args));
      }
    });

    test("arguments come nearer to the schema where it is beyond doubt what is meant", async (context) => {
      const tools = await open(context, [forecast()]);
      const cases: readonly (readonly [string, unknown])[] = [
        ['{"city":"Rome","days":"4"}', { city: "Rome", days: 4 }],
        ['{"city":5}', { city: "5", days: 3 }],
        [
          '{"city":"Rome","days":null,"hourly":"true","unit":null}',
          { city: "Rome", hourly: true, unit: null, days: 3 },
        ],
        ['{"city":"Rome","tags":"[\\"a\\"]"}', { city: "Rome", tags: ["a"], days: 3 }],
        ['"{\\"city\\":\\"Rome\\"}"', { city: "Rome", days: 3 }],
      ];
      for (const [args, expected] of cases) {
        const { content, failed } = await run(tools, "forecast", args);
        assert.equal(failed, undefined, content);
        assert.deepEqual(JSON.parse(content), expected, args);
      }
    });

    test("arguments that do not fit are told by name, with what was given; the tool does not run", async (context) => {
      const tools = await open(context, [forecast(() => assert.fail("it ran"))]);
      const cases: readonly (readonly [string, RegExp])[] = [
        ["", /'city' is missing/],
        ['{"city":"Rome","days":"soon"}', /'days' is "soon", it must be a whole number/],
        ['{"city":"Rome","days":0}', /'days' is 0, it must be >= 1/],
        ['{"city":"Rome","unit":"k"}', /'unit' is "k", it must be one of "c", "f" or be null/],
        ['{"city":"Rome","town":"Rome"}', /'town' is not known.*city, days, unit/],
        ['{"city":"Rome","tags":["a",{}]}', /'tags\.1' is \{\}, it must be a text/],
        ["[]", /must be one JSON object/],
        ["5", /must be one JSON object/],
      ];
      for (const [args, expected] of cases) {
        const { content, failed } = await run(tools, "forecast", args);
        assert.equal(failed, true, args);
        assert.match(content, expected);
        assert.match(content, /^Error: Invalid arguments for forecast: /);
      }
    });

    test("arguments that are not JSON are told", async (context) => {
      const { content, failed } = await run(await open(context, [forecast()]), "forecast", '{"city": "Ro');
      assert.equal(failed, true);
      assert.match(content, /^Error executing tool forecast: .*not JSON/);
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

    test("what cannot be text is said in a sentence in its place", async (context) => {
      const circle: Record<string, unknown> = {};
      circle.self = circle;
      const results = { control: "a\u0000é", bytes: new Uint8Array(5), circle, symbol: Symbol("s") };
      const tools = await open(
        context,
        Object.entries(results).map(([name, result]) => tool({ name, execute: () => result })),
      );
      const binary = (bytes: number) =>
        `Error: Tool returned binary data (${bytes} bytes). Binary data cannot be stored in conversation history.`;
      assert.equal((await run(tools, "control")).content, binary(4));
      assert.equal((await run(tools, "bytes")).content, binary(5));
      for (const name of ["circle", "symbol"]) {
        const { content } = await run(tools, name);
        assert.match(
          content,
          /^Error: Tool returned data that cannot be serialized to JSON\. Error: \S/,
          name,
        );
      }
    });

    test("a result that is too long is cut, and says so", async (context) => {
      const faces = "😀".repeat(1_500_000);
      const tools = await open(context, [
        tool({ name: "even", execute: () => faces }),
        tool({ name: "odd", execute: () => `x${faces}` }), // wherever the cut is, one of them has a face there
      ]);
      for (const [name, size] of Object.entries({ even: 3_000_000, odd: 3_000_001 })) {
        const { content } = await run(tools, name);
        assert.ok(content.length < size);
        assert.match(content, new RegExp(`^x?(😀)+\n\\[Cut: .* of ${size} characters`));
      }
    });

    test("whatever a model sends as arguments, the call has an outcome", async (context) => {
      const tools = await open(context, [forecast()]);
      const near = fc.record(
        {
          city: fc.json().map((text) => JSON.parse(text) as unknown),
          days: fc.anything(),
          unit: fc.constantFrom("c", "x", null, 1),
          tags: fc.array(fc.jsonValue()),
          ["__proto__" as string]: fc.jsonValue(),
        },
        { requiredKeys: [] },
      );
      const nested = fc.nat(5000).map((depth) => `{"city":${"[".repeat(depth)}${"]".repeat(depth)}}`);
      const texts = fc.oneof(
        fc.string({ unit: "binary" }),
        fc.json(),
        nested,
        near.map((value) => {
          try {
            return JSON.stringify(value) ?? "";
          } catch {
            return ""; // a BigInt or a circle is nothing that comes over the wire
          }
        }),
      );
      await fc.assert(
        fc.asyncProperty(texts, async (text) => {
          const { content } = await run(tools, "forecast", text);
          assert.equal(typeof content, "string");
        }),
        { numRuns: 150 },
      );
    });
  });
}
