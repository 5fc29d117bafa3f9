import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { newFolder, runSkeleton } from "./skeleton-process.ts";

const record = (id: string, user_id: string, more: object = {}) => ({
  record: {
    ...{ id, user_id, title: `Thread ${id}`, created_at: "2026-01-02T03:04:05.006Z" },
    ...{ updated_at: "2026-02-03T04:05:06.007Z", ...more },
  },
  collections: { log: [{ item: { text: "hello" }, key: "k" }, { item: [1, 2] }] },
});

/** An export of 250 records of three users. */
const whole = [
  { skeleton_export: 1, exported_at: "2026-03-04T05:06:07.008Z" },
  { name: "notes", schema: { title: "str", log: "json_collection" }, options: { search: ["title"] } },
  ...Array.from({ length: 250 }, (_, index) => record(`n${index}`, `user${index % 3}`)),
  { end: true, records: 250 },
];
const text = (lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");

const recordsIn = (exported: string) =>
  exported
    .split("\n")
    .filter((line) => line.startsWith('{"record"'))
    .map((line) => JSON.parse(line) as object)
    .filter((line) => JSON.stringify(line).includes('"title":"Thread'));

test("what is imported comes out of an export as it went in, and goes into another house", async () => {
  const cwd = newFolder();
  const imported = await runSkeleton(["import"], { cwd, input: text(whole) });
  assert.equal(imported.code, 0, imported.stderr);
  assert.match(imported.stderr, /^250 records added, 0 were there already$/m);
  const { code, stdout } = await runSkeleton(["export"], { cwd });
  assert.equal(code, 0);
  assert.deepEqual(recordsIn(stdout), whole.slice(2, -1));

  const file = join(cwd, "all.jsonl");
  const saved = await runSkeleton(["export", "--output", file], { cwd });
  assert.match(saved.stderr, /all\.jsonl: 250 records/);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(existsSync(`${file}.part`), false);

  const elsewhere = newFolder();
  await runSkeleton(["import", file], { cwd: elsewhere });
  const again = await runSkeleton(["import", file], { cwd: elsewhere });
  assert.match(again.stderr, /^0 records added, 250 were there already$/m);
  const copied = await runSkeleton(["export"], { cwd: elsewhere });
  assert.deepEqual(recordsIn(copied.stdout), recordsIn(readFileSync(file, "utf8")));
});

test("an export that was cut short is told, and can be made up for", async () => {
  const cwd = newFolder();
  const cut = await runSkeleton(["import"], { cwd, input: text(whole.slice(0, 150)) });
  assert.equal(cut.code, 1);
  assert.match(cut.stderr, /ends too early, after 148 records/);
  const rest = await runSkeleton(["import"], { cwd, input: text(whole) });
  assert.match(rest.stderr, /^102 records added, 148 were there already$/m);
});

test("what is no export is refused by its line", async () => {
  const cwd = newFolder();
  const file = join(cwd, "notes.txt");
  writeFileSync(file, `${text(whole.slice(0, 3))}not an export\n`);
  const { code, stderr } = await runSkeleton(["import", file], { cwd });
  assert.equal(code, 1);
  assert.match(stderr, /Line 4 is not a line of an export/);
  const missing = await runSkeleton(["import", join(cwd, "missing.jsonl")], { cwd });
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /^There is no file .*missing\.jsonl\.\n {2}Import a file/);
});
