import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createFile, replaceFile } from "./write-file.ts";

const folder = mkdtempSync(join(tmpdir(), "auth-write-"));
after(() => rmSync(folder, { recursive: true }));
const newFolder = () => mkdtempSync(join(folder, "x-"));

test("of many who create a file at once one succeeds, and nobody changes it after that", async () => {
  const path = join(newFolder(), "file");
  const made = await Promise.all(Array.from({ length: 10 }, (_, n) => createFile(path, `text ${n}`)));
  assert.equal(made.filter(Boolean).length, 1);
  assert.equal(readFileSync(path, "utf8"), `text ${made.indexOf(true)}`);
  assert.equal(await createFile(path, "later"), false);
  assert.notEqual(readFileSync(path, "utf8"), "later");
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(path, "..")), ["file"]);
});

test("a file is replaced whole, with mode 600, and nothing is left beside it", async () => {
  const path = join(newFolder(), "file");
  writeFileSync(path, "a much longer text than the new one", { mode: 0o644 });
  await replaceFile(path, "new");
  assert.equal(readFileSync(path, "utf8"), "new");
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(path, "..")), ["file"]);
});

test("where nothing can be written the reason is the system's, and nothing is left", async () => {
  const parent = newFolder();
  await assert.rejects(replaceFile(join(parent, "nowhere", "file"), "x"), { code: "ENOENT" });
  await createFile(join(parent, "kept"), "kept");
  await assert.rejects(createFile(join(parent, "kept", "below"), "x"), { code: "ENOTDIR" });
  assert.deepEqual(readdirSync(parent), ["kept"]);
});
