import assert from "node:assert/strict";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { hashSync } from "@node-rs/bcrypt";
import { type LoggedLine, recordingLogger, testClock } from "../../testkit/test-host.ts";
import { usersFromFile } from "./users.ts";

const folder = mkdtempSync(join(tmpdir(), "auth-users-"));
after(() => rmSync(folder, { recursive: true }));
const hash = hashSync("pw", { cost: 4 });
const entry = (name: string) => `${name}: { hash: ${hash}, role: user }\n`;

let files = 0;
function watched(text?: string) {
  const path = join(folder, `users-${++files}.yaml`);
  if (text !== undefined) writeFileSync(path, text);
  const clock = testClock();
  const logged: LoggedLine[] = [];
  const users = usersFromFile(path, { now: clock.now, log: recordingLogger(logged) });
  return {
    path,
    clock,
    logged,
    users,
    names: async () => [...(await users.now()).accounts.keys()],
    state: async () => (await users.now()).state,
  };
}

test("an edit is seen after a second, also one of equal length in the same moment", async () => {
  const { path, clock, names } = watched(entry("ada"));
  assert.deepEqual(await names(), ["ada"]);
  writeFileSync(path, entry("bob"));
  clock.advance(999);
  assert.deepEqual(await names(), ["ada"]);
  clock.advance(1);
  assert.deepEqual(await names(), ["bob"]);
  const next = `${path}.next`;
  writeFileSync(next, entry("eve"));
  renameSync(next, path);
  clock.advance(1000);
  assert.deepEqual(await names(), ["eve"]);
});

test("whoever changed the file need not wait", async () => {
  const { path, users, names } = watched(entry("ada"));
  assert.deepEqual(await names(), ["ada"]);
  writeFileSync(path, entry("bob"));
  await users.refresh();
  assert.deepEqual(await names(), ["bob"]);
});

test("a clock that is set back does not keep old users", async () => {
  const { path, clock, names } = watched(entry("ada"));
  assert.deepEqual(await names(), ["ada"]);
  writeFileSync(path, entry("bob"));
  clock.advance(-3_600_000);
  assert.deepEqual(await names(), ["bob"]);
});

test("a removed entry goes at once, and bad ones are logged by name, once", async () => {
  const { path, clock, names, logged } = watched(`${entry("ada")}bob: { role: user }\n`);
  assert.deepEqual(await names(), ["ada"]);
  clock.advance(1000);
  assert.deepEqual(await names(), ["ada"]);
  const errors = logged.filter(({ level }) => level === "error");
  assert.equal(errors.length, 1);
  assert.match(errors[0]?.message ?? "", /"bob" needs a bcrypt hash/);
  assert.ok(!JSON.stringify(logged).includes(hash), "hashes are never logged");
  writeFileSync(path, entry("eve"));
  clock.advance(1000);
  assert.deepEqual(await names(), ["eve"]);
});

test("a file that is broken, empty or gone keeps the last good users for five seconds", async () => {
  for (const spoil of [
    (path: string) => writeFileSync(path, "ada: {"),
    (path: string) => writeFileSync(path, ""),
    (path: string) => rmSync(path),
  ]) {
    const { path, clock, names } = watched(entry("ada"));
    assert.deepEqual(await names(), ["ada"]);
    spoil(path);
    clock.advance(1000);
    assert.deepEqual(await names(), ["ada"]);
    clock.advance(4000);
    assert.deepEqual(await names(), ["ada"]);
    clock.advance(1000);
    assert.deepEqual(await names(), []);
    writeFileSync(path, entry("bob"));
    clock.advance(1000);
    assert.deepEqual(await names(), ["bob"]);
  }
});

test("a map without users is an edit like any other", async () => {
  const { path, clock, names } = watched(entry("ada"));
  assert.deepEqual(await names(), ["ada"]);
  writeFileSync(path, "{}\n");
  clock.advance(1000);
  assert.deepEqual(await names(), []);
});

test("with a missing, empty or broken file from the start there is nobody", async () => {
  for (const [text, state] of [
    [undefined, "missing"],
    [" \n", "missing"],
    ["ada: {", "unreadable"],
    ["{}", "good"],
  ] as const) {
    const file = watched(text);
    assert.deepEqual(await file.names(), []);
    assert.equal(await file.state(), state);
  }
});

test("many who ask at once read the file once", async () => {
  const { users, logged } = watched(entry("ada"));
  const answers = await Promise.all(Array.from({ length: 20 }, () => users.now()));
  assert.equal(new Set(answers).size, 1);
  assert.equal(logged.length, 1);
});
