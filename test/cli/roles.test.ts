import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { passwordOf, startTestServer, type TestServer } from "../support/test-server.ts";
import { newFolder, type RunOptions, runSkeleton } from "./skeleton-process.ts";

let server: TestServer;
let env: Record<string, string>;
before(async () => {
  server = await startTestServer();
  env = { SKELETON_URL: server.url, SKELETON_USER: "ada", SKELETON_PASSWORD: passwordOf("ada") };
});
after(() => server.close());

const roles = (args: readonly string[], options: RunOptions = {}) =>
  runSkeleton(["roles", ...args], { env, ...options });

test("roles are added, changed, listed, exported, imported and removed by name", async () => {
  const added = await roles(["add", "Reviewer"], { input: "Be strict.\n" });
  assert.match(added.stdout, /^role:\S+\n$/);
  assert.equal((await roles(["add", "reviewer"], { input: "Be kind.\n" })).stdout, added.stdout);
  await roles(["add", "Common", "--shared"], { input: "For all." });
  const listed = (await roles([])).stdout.split("\n").map((line) => line.split("\t").slice(1));
  assert.deepEqual(listed, [["Common", "shared"], ["reviewer"], []]);

  const file = join(newFolder(), "roles.yaml");
  const exported = await roles(["export"]);
  assert.equal(exported.stdout, "- name: reviewer\n  instructions: Be kind.\n");
  writeFileSync(file, `${exported.stdout}- name: New\n  instructions: x\n`);
  const said = "same\treviewer\nnew\tNew\n";
  assert.equal((await roles(["import", "--dry-run", file])).stdout, said);
  assert.equal((await roles(["import", file])).stdout, said);
  assert.equal((await roles(["remove", "new"])).code, 0);
  const gone = await roles(["remove", "New"]);
  assert.equal(gone.code, 1);
  assert.match(gone.stderr, /There is no role named New\./);
});

test("what is refused is named, and ends with 1", async () => {
  const { code, stdout } = await roles(["import"], { input: '[{"name": "Empty"}]' });
  assert.deepEqual([code, stdout], [1, "refused\tEmpty\tno_instructions\n"]);
  const blank = await roles(["add", "Blank"], { input: " \n" });
  assert.equal(blank.code, 1);
  assert.match(blank.stderr, /must not be blank/);
  const nowhere = await roles(["list"], { env: {} });
  assert.match(nowhere.stderr, /No server was named\.\n +Set SKELETON_URL/);
});
