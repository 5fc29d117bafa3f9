import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { forecast, type OpenTools, run, tool } from "./tools-contract-kit.ts";

/** What becomes of what a model sends as arguments. */
export function toolsArguments(open: OpenTools): void {
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
}
