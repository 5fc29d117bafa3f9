import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { testConfig } from "../../../testkit/test-host.ts";
import { sqliteStorePlugin } from "./plugin.ts";
import { quietLog, tickingClock } from "./test-setup.ts";

const openWith = (mode: "normal" | "ephemeral", folder: string) =>
  sqliteStorePlugin.create({
    config: testConfig({ mode, data_path: folder, database_filename: "chat.db" }),
    log: quietLog,
    ...tickingClock(),
    get: () => Promise.reject(new Error("The store needs no other role.")),
    fetch: () => Promise.reject(new Error("The store fetches nothing.")),
    background: () => undefined,
  });

test("the database lies in the data folder, which is made when it is missing", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-store-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const store = await openWith("normal", join(folder, "a", "b"));
  await store.createStoreIfNotExists("things", { title: "str" });
  await store.shutdown();
  assert.ok(existsSync(join(folder, "a", "b", "chat.db")));
});

test("nobody else on the machine can read the database or its log", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-store-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const store = await openWith("normal", folder);
  await store.createStoreIfNotExists("things", { title: "str" });
  const modes = readdirSync(folder).map((name) => (statSync(join(folder, name)).mode & 0o777).toString(8));
  assert.ok(modes.length > 1);
  assert.deepEqual(new Set(modes), new Set(["600"]));
  await store.shutdown();
});

/** How many threads of this process let others go first. */
const politeThreads = () =>
  readdirSync("/proc/self/task").filter((thread) => {
    const afterName = readFileSync(`/proc/self/task/${thread}/stat`, "utf8").split(") ").at(-1) ?? "";
    return Number(afterName.split(" ")[16]) >= 10;
  }).length;

const onLinux = process.platform === "linux" ? {} : { skip: "elsewhere a thread has no niceness of its own" };
test("searching steps back behind all else that the server does", onLinux, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-store-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const store = await openWith("normal", folder);
  await store.createStoreIfNotExists("things", { title: "str" }, { search: ["title"] });
  await store.find({ userId: "ann", store: "things" });
  const before = politeThreads();
  await store.fullTextSearch({ userId: "ann", store: "things" }, "fox");
  assert.equal(politeThreads(), before + 1);
  await store.shutdown();
});

test("ephemeral mode leaves nothing on the disk", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-store-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const store = await openWith("ephemeral", join(folder, "a"));
  await store.createStoreIfNotExists("things", { title: "str" });
  const id = await store.add({ userId: "ann", store: "things" }, { title: "x" });
  assert.equal((await store.get({ userId: "ann", store: "things", id }))?.title, "x");
  assert.deepEqual(readdirSync(folder), []);
  await store.shutdown();
  assert.deepEqual(readdirSync(folder), []);
});
