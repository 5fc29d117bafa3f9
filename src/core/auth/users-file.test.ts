import assert from "node:assert/strict";
import { test } from "node:test";
import { hashSync } from "@node-rs/bcrypt";
import { parseUsers } from "./users-file.ts";

const hash = hashSync("pw", { cost: 4 });
const good = `hash: ${hash}, role: user`;

async function read(text: string) {
  const users = await parseUsers(text);
  if ("broken" in users) return assert.fail(users.broken);
  return { names: [...users.accounts.keys()], faults: users.faults, accounts: users.accounts };
}

test("a file of the Python server is read as it is", async () => {
  const { names, faults, accounts } = await read(
    `ada:\n  hash: ${hash}\n  role: admin\nbob:\n  hash: ${hash}\n  model_mask: ^beta-.*$\n  role: user\n"zo\\xEB":\n  hash: '${hash}'\n  role: user\n`,
  );
  assert.deepEqual(faults, []);
  assert.deepEqual(names, ["ada", "bob", "zoë"]);
  assert.deepEqual(accounts.get("bob"), { name: "bob", role: "user", hash, cost: 4, mask: "^beta-.*$" });
  assert.deepEqual(accounts.get("ada"), { name: "ada", role: "admin", hash, cost: 4 });
});

test("a bad entry is named with its fault, and the good ones stay", async () => {
  const { names, faults } = await read(`
first: { ${good} }
plain: { hash: secret, role: user }
norole: { hash: ${hash} }
blank: { hash: ${hash}, role: "  " }
number: { hash: ${hash}, role: 7 }
text: hello
nothing:
list: [1]
mask: { ${good}, model_mask: "(" }
slow: { ${good}, model_mask: "^(a+)+$" }
python: { ${good}, model_mask: "(?>a)" }
masks: { ${good}, model_mask: [a] }
a b: { ${good} }
"": { ${good} }

last: { ${good} }
`);
  assert.deepEqual(names, ["first", "last"]);
  const byName = new Map(faults.map(({ name, fault }) => [name, fault]));
  assert.match(byName.get("plain") ?? "", /bcrypt hash/);
  for (const name of ["norole", "blank", "number"]) assert.match(byName.get(name) ?? "", /role/, name);
  for (const name of ["text", "nothing", "list"]) assert.match(byName.get(name) ?? "", /map/, name);
  assert.match(byName.get("slow") ?? "", /too long/);
  assert.match(byName.get("python") ?? "", /atomic group/);
  for (const name of ["mask", "masks"]) assert.match(byName.get(name) ?? "", /model_mask/, name);
  for (const name of ["a b", ""]) assert.match(byName.get(name) ?? "", /name/, name);
  assert.equal(faults.length, 13);
});

test("of two names that look alike or differ in case the first stays", async () => {
  const { names, faults } = await read(
    `ada: {${good}}\nADA: {${good}}\nada: {${good}}\n"аda2": {${good}}\nсор: {${good}}\ncop: {${good}}`,
  );
  assert.deepEqual(names, ["ada", "сор"]);
  assert.deepEqual(faults, [
    { name: "ADA", fault: 'looks like "ada"' },
    { name: "ada", fault: "is there twice" },
    { name: "аda2", fault: "has a name that mixes scripts that can be taken for one another" },
    { name: "cop", fault: 'looks like "сор"' },
  ]);
});

test("names that YAML would take for something else stay what they look like", async () => {
  const { names } = await read(
    ["123", "007", "true", "yes", "null", "1e3", "constructor"].map((n) => `${n}: {${good}}`).join("\n"),
  );
  assert.deepEqual(names, ["123", "007", "true", "yes", "null", "1e3", "constructor"]);
});

test("an empty file has nobody, one that is not a map of users is broken", async () => {
  for (const text of ["", "\n", "# only a note\n", "---\n", "null", "{}"])
    assert.deepEqual((await read(text)).names, []);
  for (const text of ["[1]", "hello", "a: [", "a: b: c", "\tada: {}", "a: 1\n---\nb: 2"])
    assert.ok("broken" in (await parseUsers(text)), JSON.stringify(text));
});

test("aliases that multiply without end are their entry's fault", async () => {
  const levels = Array.from({ length: 9 }, (_, n) =>
    n === 0 ? "l0: &l0 [x,x,x,x,x,x,x,x,x]" : `l${n}: &l${n} [${`*l${n - 1},`.repeat(9)}]`,
  );
  const { names, faults } = await read(`${levels.join("\n")}\nada: {${good}}`);
  assert.deepEqual(names, ["ada"]);
  assert.equal(faults.length, 9);
});
