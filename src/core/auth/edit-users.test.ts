import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { hashSync } from "@node-rs/bcrypt";
import { editUsers } from "./edit-users.ts";
import { parseUsers } from "./users-file.ts";

const folder = mkdtempSync(join(tmpdir(), "auth-edit-"));
after(() => rmSync(folder, { recursive: true }));
const hash = hashSync("pw", { cost: 4 });
let files = 0;
const newPath = () => join(mkdtempSync(join(folder, `${++files}-`)), "users.yaml");
const mode = (path: string) => statSync(path).mode & 0o777;

async function namesIn(path: string) {
  const users = await parseUsers(readFileSync(path, "utf8"));
  return "broken" in users ? assert.fail(users.broken) : [...users.accounts.keys()];
}

test("a new file has mode 600, and nothing else is left beside it but the lock", async () => {
  const path = newPath();
  await editUsers(path, ({ set }) => set("ada", { hash, role: "admin" }));
  assert.equal(mode(path), 0o600);
  assert.deepEqual(await namesIn(path), ["ada"]);
  assert.deepEqual(readdirSync(join(path, "..")).sort(), [".users.yaml.lock", "users.yaml"]);
});

test("comments, order and long lines survive, and a lax mode does not", async () => {
  const path = newPath();
  const mask = `${"a-very-long-model-name|".repeat(20)}x y`;
  const before = `# who may come in\nada: # the boss\n  hash: ${hash}\n  role: admin\n\n# guests\nbob: { hash: "${hash}", role: user }\n`;
  writeFileSync(path, before);
  chmodSync(path, 0o644);
  await editUsers(path, ({ set }) => set("bob", { model_mask: mask }));
  const after = readFileSync(path, "utf8");
  for (const kept of ["# who may come in", "# the boss", "# guests", `"${hash}"`])
    assert.ok(after.includes(kept));
  assert.ok(after.includes(mask));
  assert.equal(mode(path), 0o600);
  await editUsers(path, ({ set }) => set("bob", { model_mask: null }));
  const unmasked = readFileSync(path, "utf8");
  assert.ok(!unmasked.includes("model_mask") && unmasked.includes("# guests"));
});

test("names that look like numbers are found again and stay names", async () => {
  const path = newPath();
  writeFileSync(path, `007: { hash: ${hash}, role: user }\n`);
  await editUsers(path, ({ set }) => {
    set("007", { role: "admin" });
    set("123", { hash, role: "user" });
  });
  assert.deepEqual(await namesIn(path), ["007", "123"]);
});

test("nothing is written when any user would be bad, or the edit throws", async () => {
  const path = newPath();
  await editUsers(path, ({ set }) => set("ada", { hash, role: "user" }));
  const before = readFileSync(path, "utf8");
  const refused = (edit: Parameters<typeof editUsers>[1], message: RegExp) =>
    assert.rejects(editUsers(path, edit), { code: "bad_input", message });
  await refused(({ set }) => set("bob", { hash, role: "user", model_mask: "(" }), /"bob" has a model_mask/);
  await refused(({ set }) => set("Ada", { hash, role: "user" }), /"Ada" looks like "ada"/);
  await refused(({ set }) => set("bob", { hash }), /"bob" needs a role/);
  const boom = new Error("boom");
  await assert.rejects(
    editUsers(path, () => {
      throw boom;
    }),
    boom,
  );
  assert.equal(readFileSync(path, "utf8"), before);
  await editUsers(path, ({ set }) => set("bob", { hash, role: "user" })); // and the lock was let go
});

test("a file that is not YAML is left alone", async () => {
  const path = newPath();
  writeFileSync(path, "ada: {");
  await assert.rejects(
    editUsers(path, ({ set }) => set("bob", { hash, role: "user" })),
    { code: "bad_input", message: /cannot be read/ },
  );
  assert.equal(readFileSync(path, "utf8"), "ada: {");
});

test("a bad entry can be removed, or made good", async () => {
  const path = newPath();
  writeFileSync(path, `ada: { hash: ${hash}, role: user }\nno good: {}\nbob: hello\n`);
  await editUsers(path, ({ remove, set }) => {
    assert.equal(remove("no good"), true);
    assert.equal(remove("nobody"), false);
    set("bob", { hash, role: "user" });
  });
  assert.deepEqual(await namesIn(path), ["ada", "bob"]);
});

test("a symbolic link stays one, and its target is changed", async () => {
  const path = newPath();
  const link = newPath();
  writeFileSync(path, "");
  symlinkSync(path, link);
  await editUsers(link, ({ set }) => set("ada", { hash, role: "user" }));
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.deepEqual(await namesIn(path), ["ada"]);
});

test("writers in several processes lose nothing", async () => {
  const path = newPath();
  const module = new URL("./edit-users.ts", import.meta.url).href;
  const script = (who: string) => `
    import { editUsers } from ${JSON.stringify(module)};
    for (let n = 0; n < 5; n += 1)
      await editUsers(${JSON.stringify(path)}, ({ set }) =>
        set(${JSON.stringify(who)} + n, { hash: ${JSON.stringify(hash)}, role: "user" }));`;
  const run = (who: string) =>
    promisify(execFile)(process.execPath, ["--input-type=module", "-e", script(who)], { timeout: 30_000 });
  const here = Promise.all(
    [1, 2, 3].map((n) => editUsers(path, ({ set }) => set(`here${n}`, { hash, role: "user" }))),
  );
  await Promise.all([run("x"), run("y"), run("z"), here]);
  assert.equal((await namesIn(path)).length, 18);
});
