import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, test } from "node:test";
import { hashSync, verifySync } from "@node-rs/bcrypt";
import { parse } from "yaml";
import { usersCommand } from "./users.ts";

let folder = "";
beforeEach((context) => {
  folder = mkdtempSync(join(tmpdir(), "cli-users-"));
  if ("after" in context) context.after(() => rmSync(folder, { recursive: true }));
});

type Ran = { readonly code: number; readonly out: string; readonly err: string };
type Given = {
  readonly stdin?: string;
  readonly typed?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
};

/** Runs the command in this process, in a data folder of its own and without a terminal unless something is typed. */
async function users(args: readonly string[], { stdin = "", typed, env }: Given = {}): Promise<Ran> {
  let [code, out, err] = [0, "", ""];
  const lines = [...(typed ?? [])];
  const stop = new Error("exit");
  const command = usersCommand({
    cwd: folder,
    env: env ?? { DATA_PATH: folder },
    hashCost: 4, // nobody attacks these; the last test here has the usual one
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    readAll: async () => stdin,
    ask: typed && (async () => lines.shift() ?? assert.fail("asked too often")),
    fail: () => {
      code = 1;
    },
    exit: (status) => {
      code = status;
      throw stop;
    },
  });
  await command.parseAsync([...args], { from: "user" }).catch((error: unknown) => {
    if (error !== stop) throw error;
  });
  return { code, out, err };
}

const usersFile = () => join(folder, "users.yaml");
const saved = (): Record<string, Record<string, string>> => parse(readFileSync(usersFile(), "utf8"));
const mode = (path: string) => statSync(path).mode & 0o777;

test("--generate-jwt writes 43 URL-safe characters, mode 600, over whatever is there", async () => {
  const path = join(folder, "jwt.secret");
  writeFileSync(path, "something longer than the secret, and readable by everybody", { mode: 0o644 });
  const { code, out } = await users(["--generate-jwt", path]);
  const secret = readFileSync(path, "utf8");
  assert.equal(code, 0);
  assert.match(secret, /^[\w-]{43}$/);
  assert.equal(mode(path), 0o600);
  assert.ok(!out.includes(secret), "the secret is not printed");
  await users(["--generate-jwt", path]);
  assert.notEqual(readFileSync(path, "utf8"), secret);
});

test("-u -p -r adds a user, and a second run without -r keeps the role", async () => {
  assert.equal((await users(["-u", "a", "-p", "b", "-r", "admin"])).code, 0);
  assert.equal(saved().a?.role, "admin");
  assert.ok(verifySync("b", saved().a?.hash ?? ""));
  assert.equal(mode(usersFile()), 0o600);
  assert.equal((await users(["-u", "a", "-p", "c"])).code, 0);
  assert.equal(saved().a?.role, "admin");
  assert.ok(verifySync("c", saved().a?.hash ?? ""));
  await users(["-u", "d", "-p", "e"]);
  assert.equal(saved().d?.role, "user");
});

test("the same password keeps its hash, so that sign-ins go on", async () => {
  await users(["-u", "a", "-p", "long enough"]);
  const before = saved().a?.hash;
  await users(["-u", "a", "-p", " long enough ", "-r", "admin"]);
  assert.deepEqual(saved(), { a: { hash: before, role: "admin" } });
});

test("-u without a password exits 1 where there is no terminal", async () => {
  const { code, err } = await users(["-u", "a"]);
  assert.equal(code, 1);
  assert.match(err, /password is needed/);
  assert.ok(!existsSync(usersFile()));
});

test("the password can be read from stdin, or typed twice at a terminal", async () => {
  assert.equal((await users(["-u", "a", "-p", "-"], { stdin: "from stdin\n" })).code, 0);
  assert.ok(verifySync("from stdin", saved().a?.hash ?? ""));
  assert.equal((await users(["-u", "a"], { typed: ["typed here", "typed here"] })).code, 0);
  assert.ok(verifySync("typed here", saved().a?.hash ?? ""));
  const { code, err } = await users(["-u", "a"], { typed: ["one thing", "another"] });
  assert.equal(code, 1);
  assert.match(err, /differ/);
  assert.ok(verifySync("typed here", saved().a?.hash ?? ""));
});

test("--validate lists the users of a good file and exits 0", async () => {
  await users(["-u", "ada", "-p", "long enough", "-r", "admin"]);
  await users(["-u", "bob", "-p", "long enough", "-m", "beta-.*"]);
  const { code, out } = await users(["--validate", "-u", "not looked at"]);
  assert.equal(code, 0);
  assert.equal(out, "ada: role admin, all models\nbob: role user, models beta-.*\n");
});

test("--validate exits 1 on a bad, empty or missing file", async () => {
  assert.equal((await users(["--validate"])).code, 1);
  const hash = hashSync("x", { cost: 4 });
  for (const [text, says] of [
    ["", /no users/],
    ["{}", /no users/],
    ["ada: {", /cannot be read/],
    ["[]", /not a map/],
    [`ada: { hash: ${hash}, role: user }\nbob: { hash: x, role: user }`, /"bob" needs a bcrypt hash/],
    [`ada: { hash: ${hash}, role: user, model_mask: "(" }`, /"ada" has a model_mask/],
  ] as const) {
    writeFileSync(usersFile(), text);
    const { code, err } = await users(["--validate"]);
    assert.equal(code, 1, text);
    assert.match(err, says);
  }
});

test("a mask is set, kept, and removed", async () => {
  await users(["-u", "a", "-p", "long enough", "-m", "beta-.*"]);
  assert.equal(saved().a?.model_mask, "beta-.*");
  await users(["-u", "a", "-p", "long enough"]);
  assert.equal(saved().a?.model_mask, "beta-.*");
  assert.equal((await users(["-u", "a", "-p", "long enough", "--no-model-mask"])).code, 0);
  assert.equal(saved().a?.model_mask, undefined);
});

test("what cannot be used is refused with its reason, and nothing is saved", async () => {
  await users(["-u", "ada", "-p", "long enough"]);
  const before = readFileSync(usersFile(), "utf8");
  for (const [args, says] of [
    [["-u", "bob", "-p", "long enough", "-m", "("], /"bob" has a model_mask/],
    [["-u", "bob", "-p", "long enough", "-m", "^(a+)+$"], /too long/],
    [["-u", "bob", "-p", "x".repeat(73)], /72 bytes/],
    [["-u", "bob", "-p", " "], /empty/],
    [["-u", "bob", "-p", "long enough", "-r", " "], /role is empty/],
    [["-u", "b b", "-p", "long enough"], /not allowed/],
    [["-u", "ADA", "-p", "long enough"], /looks like "ada"/],
    [["-r", "admin"], /No user was named/],
    [["--delete"], /No user was named/],
    [["--delete", "-u", "bob"], /no user "bob"/],
  ] as const) {
    const { code, out, err } = await users(args);
    assert.equal(code, 1, args.join(" "));
    assert.match(err, says);
    assert.ok(err.trim().includes("\n"), "a second line says what to do");
    assert.equal(out, "");
  }
  assert.equal(readFileSync(usersFile(), "utf8"), before);
});

test("--delete removes a user", async () => {
  await users(["-u", "ada", "-p", "long enough"]);
  await users(["-u", "bob", "-p", "long enough"]);
  assert.equal((await users(["--delete", "-u", "ada"])).code, 0);
  assert.deepEqual(Object.keys(saved()), ["bob"]);
});

test("the file is the server's own, unless -f names another", async () => {
  const env = { DATA_PATH: join(folder, "data"), USERS_FILENAME: "people.yaml" };
  await users(["-u", "ada", "-p", "long enough"], { env });
  assert.ok(existsSync(join(folder, "data", "people.yaml")));
  writeFileSync(join(folder, "skeleton.yaml"), `data_path: ${join(folder, "configured")}\n`);
  writeFileSync(join(folder, ".env"), "USERS_FILENAME=staff.yaml\n");
  await users(["-u", "ada", "-p", "long enough"], { env: {} });
  assert.ok(existsSync(join(folder, "configured", "staff.yaml")));
  const other = join(folder, "other.yaml");
  await users(["-f", other, "-u", "ada", "-p", "long enough"], { env });
  assert.ok(existsSync(other));
  const { code, err } = await users([
    "-f",
    join(folder, "nowhere", "x.yaml"),
    "-u",
    "a",
    "-p",
    "long enough",
  ]);
  assert.equal(code, 1);
  assert.match(err, /ENOENT/);
});

test("a configuration that cannot be read stops what needs it, and nothing else", async () => {
  writeFileSync(join(folder, "skeleton.yaml"), "no_such_key: 1\n");
  const { code, err } = await users(["--validate"]);
  assert.equal(code, 1);
  assert.match(err, /no_such_key/);
  assert.equal((await users(["-f", usersFile(), "-u", "ada", "-p", "long enough"])).code, 0);
  assert.equal((await users(["--generate-jwt", join(folder, "secret")])).code, 0);
});

test("unknown flags exit 2, no flags at all exit 0", async () => {
  assert.equal((await users(["--bogus"])).code, 2);
  assert.equal((await users(["stray"])).code, 2);
  assert.equal((await users(["-u"])).code, 2);
  assert.equal((await users(["--help"])).code, 0);
  assert.equal((await users([])).code, 0);
  assert.ok(!existsSync(usersFile()));
});

test("as a process it prints errors on stderr, reads stdin and ends with the same codes", async () => {
  const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const script = `import { usersCommand } from ${url("./users.ts")};
    await usersCommand().parseAsync(process.argv.slice(1), { from: "user" });`;
  const run = (args: readonly string[], stdin = "") =>
    new Promise<Ran>((resolve) => {
      const child = execFile(
        process.execPath,
        ["--input-type=module", "-e", script, "--", ...args],
        { env: { ...process.env, DATA_PATH: folder }, timeout: 30_000 },
        (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out, err }),
      );
      child.stdin?.end(stdin);
    });
  const [without, unknown] = await Promise.all([run(["-u", "a"]), run(["--bogus"])]);
  assert.deepEqual([without.code, without.out], [1, ""]);
  assert.match(without.err, /password is needed/);
  assert.equal(unknown.code, 2);
  const added = await run(["-u", "a", "-p", "-", "-r", "admin"], "through a pipe\n");
  assert.deepEqual(added, { code: 0, out: "Added a.\n", err: "" });
  const { hash = "" } = saved().a ?? {};
  assert.match(hash, /^\$2b\$12\$/);
  assert.ok(verifySync("through a pipe", hash));
  assert.equal((await run(["--validate"])).out, "a: role admin, all models\n");
});
