import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openSchemaMemory } from "./schema-memory.ts";

const text = (name: string) => `/** Greets. */ export function ${name}(name: string, often = 1) {}`;
const functions = (name: string) => [{ exported: name, called: name }];

/** A file for a memory, which `start` opens anew as a server that starts does. */
function open(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-schemas-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "schemas.json");
  return {
    folder,
    file,
    kept: () => JSON.parse(readFileSync(file, "utf8")),
    /** What the tool of that text says of itself now. */
    async start(name: string, written = text(name)) {
      const memory = await openSchemaMemory(file);
      const [tool] = await memory.read(`${name}.ts`, written, functions(name));
      await memory.keep();
      return tool?.schema?.description ?? tool?.problem;
    },
  };
}

test("a text that was read before is not read again, and one that changed is", async (context) => {
  const at = open(context);
  assert.equal(await at.start("greet"), "Greets.");
  writeFileSync(at.file, readFileSync(at.file, "utf8").replace("Greets.", "Remembered."));
  assert.equal(await at.start("greet"), "Remembered.");
  assert.equal(await at.start("greet", text("greet").replace("Greets", "Says hello")), "Says hello.");
  assert.equal(await at.start("greet"), "Remembered.");
  assert.deepEqual(readdirSync(at.folder), ["schemas.json"], "nothing half written is left");
});

test("what is wrong with a text is remembered like a schema, and of another reader nothing is", async (context) => {
  const at = open(context);
  const problem = await at.start("greet", "export function greet(day: Date) {}");
  assert.match(problem ?? "", /the type Date is none of JSON's/);
  assert.equal(await at.start("greet", "export function greet(day: Date) {}"), problem);
  const remembered = JSON.stringify(at.kept()).replace("JSON's", "ours");
  writeFileSync(at.file, remembered);
  assert.match((await at.start("greet", "export function greet(day: Date) {}")) ?? "", /none of ours/);
  writeFileSync(at.file, JSON.stringify({ ...JSON.parse(remembered), reader: "another" }));
  assert.equal(await at.start("greet", "export function greet(day: Date) {}"), problem);
});

test("a file that is torn, or in which somebody wrote, is as good as none", async (context) => {
  const at = open(context);
  await at.start("greet");
  const whole = readFileSync(at.file, "utf8");
  const { reader, entries } = at.kept();
  const [[key, [tool]]] = entries;
  const entry = (tools: unknown) => JSON.stringify({ reader, entries: [[key, tools]] });
  const broken = [
    ...["", "null", "[]", whole.slice(0, -20), "[".repeat(200_000)],
    ...[JSON.stringify({ reader, entries: 5 }), JSON.stringify({ reader, entries: [null, 5, [], [key]] })],
    ...[null, {}, "text", [null], [{}], [{ ...tool, exported: 5 }], [{ ...tool, schema: [] }]].map(entry),
    entry([{ ...tool, schema: { ...tool.schema, slots: [{ fill: "constructor" }] } }]),
    entry([{ ...tool, schema: { ...tool.schema, slots: {} } }]),
  ];
  for (const text of broken) {
    writeFileSync(at.file, text);
    assert.equal(await at.start("greet"), "Greets.", text.slice(0, 200));
  }
});

test("where nothing can be kept everything is read all the same", async (context) => {
  const at = open(context);
  for (const file of [undefined, join(at.folder, "no", "folder.json"), at.folder]) {
    const memory = await openSchemaMemory(file);
    const [tool] = await memory.read("greet.ts", text("greet"), functions("greet"));
    await memory.keep();
    assert.equal(tool?.schema?.description, "Greets.");
  }
});

test("of very many texts those that were not used for longest are forgotten", async (context) => {
  const at = open(context);
  await at.start("oldest");
  const { reader, entries } = at.kept();
  const [, tools] = entries[0];
  const many = Array.from({ length: 1_999 }, (_, index) => [`text ${index}`, tools]);
  writeFileSync(at.file, JSON.stringify({ reader, entries: [...many, ...entries] }));
  await at.start("newest");
  const keys: string[] = at.kept().entries.map(([key]: [string]) => key);
  assert.equal(keys.length, 2_000);
  assert.equal(keys[0], "text 1");
  assert.ok(keys.includes(entries[0][0]));
});
