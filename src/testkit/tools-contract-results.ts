import assert from "node:assert/strict";
import { test } from "node:test";
import { type OpenTools, run, tool } from "./tools-contract-kit.ts";

/** What a model is told of what a tool returns. */
export function toolsResults(open: OpenTools): void {
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
      assert.match(content, /^Error: Tool returned data that cannot be serialized to JSON\. Error: \S/, name);
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
}
