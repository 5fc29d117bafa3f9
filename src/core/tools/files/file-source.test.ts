import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { testHost } from "../../../testkit/test-host.ts";
import { createTools } from "../create-tools.ts";
import { createFileSource } from "./file-source.ts";

/** What the tools folder with these files makes of itself. */
async function open(
  context: TestContext,
  files: Readonly<Record<string, string>>,
  { loadLimitMs, dataPath }: { readonly loadLimitMs?: number; readonly dataPath?: string } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-tools-"));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, "tools", path)), { recursive: true });
    writeFileSync(join(folder, "tools", path), text);
  }
  const data = dataPath === undefined ? {} : { data_path: dataPath };
  const host = testHost({ config: { plugins_path: folder, ...data } });
  const source = await createFileSource(host, loadLimitMs === undefined ? {} : { loadLimitMs });
  const tools = createTools(host, [source]);
  const list = await tools.getTools({ userId: "ada" });
  const origins = await source.origins("ada");
  const problems = (await tools.getProblems()).map(
    ({ source, problem }) => `${basename(source)}: ${problem}`,
  );
  const call = async (name: string, args: unknown = {}) => {
    const place = { userId: "ada", threadId: "thread", turnId: "turn", host };
    const calling = tools.call(
      { id: "call", name, arguments: JSON.stringify(args) },
      { ...place, signal: new AbortController().signal },
    );
    for (;;) {
      const step = await calling.next();
      if (step.done) return step.value.content;
    }
  };
  return { list, names: list.map(({ name }) => name), origins, problems, call, host };
}

const object = (name: string) => `{ name: "${name}", description: "D", execute: () => "${name}" }`;

test("a typed async function is a tool, with a schema of its types and its doc comment", async (context) => {
  const { list, problems, call } = await open(context, {
    "weather.ts": `
      type Unit = "c" | "f";
      /**
       * The weather of the next days.
       *
       * @param city the city's name
       * @param {integer} days how many days
       */
      export async function forecast(city: string, days = 3, unit?: Unit): Promise<string> {
        return [city, days, unit].join();
      }`,
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    list.map(({ name, description, parameters }) => ({ name, description, parameters })),
    [
      {
        name: "forecast",
        description: "The weather of the next days.",
        parameters: {
          type: "object",
          properties: {
            city: { type: "string", description: "the city's name" },
            days: { type: "integer", description: "how many days", default: 3 },
            unit: { type: "string", enum: ["c", "f"] },
          },
          required: ["city"],
          additionalProperties: false,
        },
      },
    ],
  );
  assert.equal(await call("forecast", { city: "Rome", unit: "c" }), "Rome,3,c");
});

test("plain functions, arrow functions, generators and default exports are tools too", async (context) => {
  const { names, problems, call } = await open(context, {
    "dice.ts": `export default (sides: number) => "one of " + sides;`,
    "many.ts": `
      export function double(x: number) { return 2 * x; }
      const half = async (x: number) => x / 2;
      export { half as halve };
      export function* count(to: number) { for (let n = 1; n <= to; n++) yield n; return "counted"; }`,
    "named.ts": `export default function greet(name: string) { return "Hello, " + name; }`,
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(names, ["dice", "count", "double", "halve", "greet"]);
  assert.equal(await call("double", { x: 4 }), "8");
  assert.equal(await call("halve", { x: 4 }), "2");
  assert.equal(await call("count", { to: 2 }), "counted");
  assert.equal(await call("dice", { sides: 6 }), "one of 6");
});

test("what the server fills in is not in the schema, and needs no default", async (context) => {
  const { list, problems, call } = await open(context, {
    "a.ts": `
      import type { ToolContext } from "nowhere";
      export function seed(user_id: string, thread_id: string, turn_correlation_id: string) {
        return [user_id, thread_id, turn_correlation_id].join();
      }
      export const ours = (word: string, where: ToolContext) => where.userId + word;`,
    "b.js": `
      /**
       * @param {string} word
       * @param {import("x").ToolContext} where
       */
      export const theirs = (word, where) => where.threadId + word;
      export const bare = (context) => context.turnId;`,
  });
  assert.deepEqual(problems, []);
  const keys = list.map(({ name, parameters }) => [name, Object.keys(parameters.properties as object)]);
  assert.deepEqual(Object.fromEntries(keys), { seed: [], ours: ["word"], theirs: ["word"], bare: [] });
  assert.equal(await call("seed"), "ada,thread,turn");
  assert.equal(await call("ours", { word: "!" }), "ada!");
  assert.equal(await call("theirs", { word: "!" }), "thread!");
  assert.equal(await call("bare"), "turn");
});

test("JavaScript has its types from doc comments", async (context) => {
  const { list, problems } = await open(context, {
    "a.js": `
      /**
       * Looks for mail.
       * @param {object} options
       * @param {string} options.from - who sent it
       * @param {integer} [options.limit=10] at most
       * @param {"new"|"old"} [options.age]
       */
      export async function mail({ from, limit = 10, age }) {}`,
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(list[0]?.parameters, {
    type: "object",
    properties: {
      from: { type: "string", description: "who sent it" },
      limit: { type: "integer", description: "at most", default: 10 },
      age: { type: "string", enum: ["new", "old"] },
    },
    required: ["from"],
    additionalProperties: false,
  });
});

test("objects, named or default, and a list from tools(host) are tools", async (context) => {
  const { names, problems, call, list } = await open(context, {
    "a.ts": `export default { ...${object("alone")}, approve: "once", timeoutMs: 5, readOnly: true };`,
    "b.ts": `export const one = ${object("one")}; export const other = ${object("other")}; export const limit = 3;`,
    "c.ts": `export async function tools(host) { return [{ ...${object("made")}, execute: () => host.newId() }]; }`,
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(names, ["alone", "one", "other", "made"]);
  assert.equal(await call("made"), "id-1");
  const { execute: _, ...alone } = list[0] ?? assert.fail();
  assert.deepEqual(alone, {
    ...{ name: "alone", description: "D", parameters: { type: "object", properties: {} } },
    ...{ approve: "once", timeoutMs: 5, readOnly: true },
  });
});

const classTool = (name: string, schema: string) => `
  export class ${name} {
    get_schema() { return ${schema}; }
    async execute(user_id, thread_id, turn_correlation_id, args) { return user_id + thread_id + args.x; }
  }`;
const flat = (name: string) =>
  `{ name: "${name}", description: "D", parameters: { type: "object", properties: { x: { type: "string" } } } }`;

test("a class tool has its schema wrapped or flat, and then loose functions only help", async (context) => {
  const { list, names, problems, call } = await open(context, {
    "a.ts": `${classTool("Wrapped", `{ type: "function", function: ${flat("wrapped")} }`)}
      export function helper(x: string) { return x; }`,
    "b.ts": classTool("Flat", flat("flat")),
    "c.ts": `export class Ours {
      getSchema() { return ${flat("ours")}; }
      execute(args, context) { return context.userId + args.x; } }`,
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(names, ["wrapped", "flat", "ours"]);
  for (const { description, parameters } of list)
    assert.deepEqual(
      [description, parameters],
      ["D", { type: "object", properties: { x: { type: "string" } } }],
    );
  assert.equal(await call("wrapped", { x: "!" }), "adathread!");
  assert.equal(await call("flat", { x: "!" }), "adathread!");
  assert.equal(await call("ours", { x: "!" }), "ada!");
});

test("public methods of a plain class are tools, each call with a new instance", async (context) => {
  const { names, problems, call } = await open(context, {
    "a.ts": `export class Counter {
      #n = 0;
      /** Counts. */
      up(by: number) { return this.add(by); }
      private add(by: number) { this.#n += by; return this.#n; }
      static make() { return new Counter(); }
      _hidden() {}
    }`,
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(names, ["up"]);
  assert.equal(await call("up", { by: 2 }), "2");
  assert.equal(await call("up", { by: 2 }), "2");
});

test("of two tools with one name the first by file name is used, and the log says so", async (context) => {
  const { names, problems, call, host } = await open(context, {
    "a.ts": `export const ping = () => "first";`,
    "b.ts": `export const ping = () => "second"; export const pong = () => "pong";`,
  });
  assert.deepEqual(names, ["ping", "pong"]);
  assert.equal(await call("ping"), "first");
  assert.match(problems.join(), /^b\.ts: the name ping is taken by a tool of .*a\.ts/);
  assert.deepEqual(
    host.logged.map(({ level }) => level),
    ["warn"],
  );
});

test("a file that cannot be loaded is told, and the others are loaded", async (context) => {
  const { names, problems } = await open(
    context,
    {
      "broken.ts": "this is no program (",
      "endless.ts": "await new Promise(() => {}); export const never = () => 1;",
      "good.ts": "export const good = () => 1;",
      "list.ts": "export const tools = async () => 5;",
      "nothing.ts": "export const limit = 3;",
      "throws.ts": `throw new Error("no key");`,
    },
    { loadLimitMs: 500 },
  );
  assert.deepEqual(names, ["good"]);
  const expected = [
    /^broken\.ts: cannot be loaded: SyntaxError/,
    /^endless\.ts: did not finish loading within 500 ms/,
    /^list\.ts: .*tools\(host\) answered no list/,
    /^nothing\.ts: It exports no tool/,
    /^throws\.ts: cannot be loaded: Error: no key/,
  ];
  assert.equal(problems.length, expected.length, problems.join("\n"));
  expected.forEach((pattern, at) => void assert.match(problems[at] ?? "", pattern));
});

test("a tool that cannot be offered is told with its line, and its neighbours are offered", async (context) => {
  const { names, problems } = await open(context, {
    "a.ts": [
      "export const good = (x: string) => x;",
      "export const when = (day: Date) => day;",
      "export const all = (...words: string[]) => words;",
      "export const untyped = (x) => x;",
      "export const $cash = (x: string) => x;",
      "export const made = [].concat.bind([]);",
    ].join("\n"),
    "b.ts": `export const bad = { name: "b", execute() {}, approve: "maybe" };
      export const worse = { name: "c", execute() {}, parameters: { type: "string" } };
      export const fine = ${object("fine")};`,
  });
  assert.deepEqual(names, ["good", "fine"]);
  const expected = [
    /^a\.ts: line 5: \$cash: The name of a tool is 1 to 64 letters/,
    /^a\.ts: line 3: all: a parameter that takes any number of values/,
    /^a\.ts: made: It is not written in this file/,
    /^a\.ts: line 4: untyped: parameter x has no type/,
    /^a\.ts: line 2: when: the type Date is none of JSON's.*export an object/,
    /^b\.ts: bad: Tool b: approve is always, once or never, not "maybe"/,
    /^b\.ts: worse: Tool c: its parameters are no JSON Schema of an object/,
  ];
  assert.equal(problems.length, expected.length, problems.join("\n"));
  expected.forEach((pattern, at) => void assert.match(problems[at] ?? "", pattern));
});

test("a missing folder holds no tools and no problems", async (context) => {
  const { names, problems } = await open(context, {});
  assert.deepEqual([names, problems], [[], []]);
});

test("two hundred tools load soon, and when their schemas were kept with next to no reading", async (context) => {
  const files = Array.from({ length: 200 }, (_, at) => [
    `tool-${at}.ts`,
    `interface Place { /** Its name. */ city: string; country?: string }
     /**
      * Tells the weather.
      * @param place where
      * @param {integer} days how many
      */
     export async function forecast_${at}(place: Place, days = 3, unit?: "c" | "f"): Promise<string> {
       return JSON.stringify({ place, days, unit });
     }`,
  ]);
  const dataPath = mkdtempSync(join(tmpdir(), "skeleton-data-"));
  context.after(() => rmSync(dataPath, { recursive: true }));
  const lists: unknown[] = [];
  for (const what of ["new", "kept"]) {
    const [begin, before] = [performance.now(), process.cpuUsage()];
    const { list, host } = await open(context, Object.fromEntries(files), { dataPath });
    const took = Math.round(performance.now() - begin);
    const { user, system } = process.cpuUsage(before);
    context.diagnostic(`200 tools, ${what}: written and loaded in ${took} ms`); // bench/measure-tools.ts has the figures
    // of the processor, which does not depend on what else the machine does: ten times what it may take
    assert.ok((user + system) / 1000 < 3000, `it took ${(user + system) / 1000} ms`);
    lists.push(list.map(({ execute: _, ...tool }) => tool));
    await host.shutdown();
  }
  assert.equal((lists[0] as readonly unknown[]).length, 200);
  assert.deepEqual(lists[1], lists[0]);
  const { entries } = JSON.parse(readFileSync(join(dataPath, "tool-schemas.json"), "utf8"));
  assert.equal(entries.length, 200);
});

test("tools tell the file they come from, and a file for another Skeleton is left out", async (context) => {
  const { names, problems, origins } = await open(context, {
    "here.ts": "export const one = (a: string) => a;",
    "later.ts": 'export const skeleton = "^99"; export const two = (a: string) => a;',
  });
  assert.deepEqual(names, ["one"]);
  assert.equal(basename(origins.one ?? ""), "here.ts");
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? "", /^later\.ts: is for Skeleton \^99, and this is /);
});
