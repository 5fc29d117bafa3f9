import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../../protocols/json.ts";
import type { Tool } from "../../../protocols/tool.ts";
import { testHost } from "../../../testkit/test-host.ts";
import { createTools } from "../create-tools.ts";

const host = testHost({ config: { tools: { timeout_ms: 5, max_result_chars: 1000 } } });

const tool = (execute: Tool["execute"], fields: Partial<Tool> = {}): Tool => ({
  ...{ name: "it", description: "It", parameters: { type: "object", properties: {} } },
  ...fields,
  execute,
});

/** Calls a tool, or one that is not there. */
async function call(given: Tool, { name = "it", args = "" } = {}) {
  const tools = createTools(host, [
    { tools: async () => [given], origins: async () => ({}), problems: async () => [] },
  ]);
  const { signal } = new AbortController();
  const place = { userId: "ada", threadId: "thread", turnId: "turn", host, signal };
  const calling = tools.call({ id: "call", name, arguments: args }, place);
  const lines: string[] = [];
  for (;;) {
    const step = await calling.next();
    if (step.done) return { ...step.value, lines };
    lines.push(step.value);
  }
}

test("the configuration says how long a tool may take that does not say so itself", async () => {
  const endless = () => new Promise(() => {});
  assert.match((await call(tool(endless))).content, /longer than 5 ms/);
  assert.match((await call(tool(endless, { timeoutMs: 2 }))).content, /longer than 2 ms/);
});

test("no content is longer than the configuration allows, whatever it tells", async () => {
  const long = "x".repeat(5000);
  const contents = [
    await call(tool(() => long)),
    await call(tool(() => [long])),
    await call(
      tool(() => {
        throw new Error(long);
      }),
    ),
    await call(
      tool(() => ""),
      { name: long },
    ),
    await call(
      tool(() => ""),
      { args: `{"${long}": 1` },
    ),
  ];
  for (const { content } of contents) assert.ok(content.length <= 1000, content);
  const [text = assert.fail()] = contents;
  assert.match(text.content, /^x+\n\[Cut: these are the first \d+ of 5000 characters\./);
  assert.equal(text.content.indexOf("\n"), Number(/first (\d+)/.exec(text.content)?.[1]));
});

test("a tool with very many lines is stopped, so that it does not fill the history", async () => {
  const flood = function* () {
    for (;;) yield "again";
  } as Tool["execute"];
  const { content, failed, lines } = await call(tool(flood, { timeoutMs: 60_000 }));
  assert.equal(lines.length, 10_000);
  assert.equal(failed, true);
  assert.match(content, /more than 10000 lines/);
});

test("control characters of what is quoted do not come through", async () => {
  const { content } = await call(
    tool(() => {
      throw new Error("a\u0000b\nc");
    }),
  );
  assert.equal(content, "Error executing tool it: a\ufffdb\nc");
});

test("an error with a hint tells it", async () => {
  const { content } = await call(
    tool(() => {
      throw Object.assign(new Error("There is no key."), { hint: "Set one." });
    }),
  );
  assert.equal(content, "Error executing tool it: There is no key. Set one.");
});

test("maps, sets, errors and bytes inside a result are not lost in silence", async () => {
  const result = {
    map: new Map([["a", 1]]),
    set: new Set([2]),
    error: new Error("no"),
    bytes: Buffer.alloc(3),
  };
  const { content } = await call(tool(() => result));
  assert.deepEqual(JSON.parse(content), {
    ...{ map: [["a", 1]], set: [2], error: "no", bytes: "(binary data, 3 bytes)" },
  });
});

test("a later rejection of a tool that was given up is nobody's", async () => {
  const late = Promise.withResolvers<never>();
  assert.equal((await call(tool(() => late.promise))).failed, true);
  late.reject(new Error("too late"));
  await new Promise(setImmediate); // an unhandled one would fail the test by now
});

test("a long row of digits is read in no time", async () => {
  const parameters = { type: "object", properties: { n: { type: "number" } } };
  const begun = process.threadCpuUsage();
  const { content } = await call(
    tool(({ n }) => n, { parameters }),
    { args: `{"n":"${"1".repeat(200_000)}x"}` },
  );
  assert.match(content, /'n' is "1+\.\.\., it must be a number/);
  const { user } = process.threadCpuUsage(begun); // in µs; what else the machine does is not in it
  assert.ok(user < 1_000_000);
});

test("a schema of choices says what was wrong, also where more than one choice fits", async () => {
  const one = { type: "number", minimum: 1 };
  const cases: readonly (readonly [JsonObject, string, RegExp])[] = [
    [{ oneOf: [one, { type: "number" }] }, "2", /'n' is 2, it must match exactly one/],
    [{ anyOf: [one, { type: "null" }] }, '"x"', /'n' is "x", it must be a number or be null/],
    [
      { anyOf: [{ type: "object", properties: { a: one }, required: ["a"] }] },
      '{"a":0}',
      /'n\.a' is 0, it must be >= 1/,
    ],
    [
      { type: "object", additionalProperties: one },
      '{"a":"x"}',
      /: argument 'n\.a' is "x", it must be a number\. C/,
    ],
    [{ not: {} }, "2", /'n' is 2, it must /],
  ];
  for (const [n, given, expected] of cases) {
    const parameters = { type: "object", properties: { n } };
    assert.match(
      (
        await call(
          tool(() => "", { parameters }),
          { args: `{"n":${given}}` },
        )
      ).content,
      expected,
    );
  }
  const parameters = { type: "object", minProperties: 1 };
  assert.match(
    (await call(tool(() => "", { parameters }))).content,
    /for it: they must not have fewer than 1/,
  );
});

test("a pattern that would run for years on an argument costs the call and not the server", async () => {
  const { length: before } = host.logged;
  let ran = 0;
  const slow = (parameters: JsonObject) =>
    tool(() => ++ran, { parameters: { type: "object", properties: {}, ...parameters } });
  const text = `${"a".repeat(60)}!`;
  const bomb = { type: "string", pattern: "^(a+)+$" } as const;
  const began = performance.now();
  const contents = [
    await call(slow({ properties: { x: bomb } }), { args: JSON.stringify({ x: text }) }),
    await call(slow({ properties: { x: { anyOf: [bomb, { type: "number" }] } } }), {
      args: JSON.stringify({ x: text }),
    }),
    await call(slow({ patternProperties: { "^(a+)+$": {} } }), { args: JSON.stringify({ [text]: 1 }) }),
  ];
  assert.ok(performance.now() - began < 10_000);
  for (const { content, failed } of contents) {
    assert.equal(failed, true);
    assert.match(content, /^Error: The arguments for it took too long to check/);
  }
  assert.equal(ran, 0);
  assert.equal(host.logged.slice(before).filter(({ level }) => level === "warn").length, 3);
  const fine = await call(slow({ properties: { x: bomb } }), { args: '{"x": "aaaa"}' });
  assert.equal(fine.content, "1");
});
