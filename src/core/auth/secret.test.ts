import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Config } from "../../protocols/config.ts";
import { type LoggedLine, recordingLogger, testConfig } from "../../testkit/test-host.ts";
import { tokenSecret } from "./secret.ts";

const folder = mkdtempSync(join(tmpdir(), "auth-secret-"));
after(() => rmSync(folder, { recursive: true }));
const newFolder = () => mkdtempSync(join(folder, "data-"));

const direct = "from-the-variable";
const named = "from-the-named-file";
const stored = "from-the-data-folder";

function secretOf(data: string, auth: Partial<Config["auth"]> = {}, mode: Config["mode"] = "normal") {
  const logged: LoggedLine[] = [];
  const config = { ...testConfig({ data_path: data, mode }) };
  const secret = tokenSecret({
    config: { ...config, auth: { ...config.auth, ...auth } },
    log: recordingLogger(logged),
  });
  return { secret, logged };
}

test("the variable wins over the named file, and that over the data folder; each is trimmed", async () => {
  const data = newFolder();
  const file = join(data, "named");
  writeFileSync(file, `  ${named}\n`);
  writeFileSync(join(data, "jwt.secret"), `${stored}\n`);
  assert.equal(await secretOf(data, { jwt_secret: ` ${direct} `, jwt_secret_file: file }).secret, direct);
  assert.equal(await secretOf(data, { jwt_secret_file: file }).secret, named);
  assert.equal(await secretOf(data).secret, stored);
});

test("without any, the first start makes one of mode 600, says so, and the next start uses it", async () => {
  const data = join(newFolder(), "not", "yet", "there");
  const first = secretOf(data);
  const secret = await first.secret;
  const path = join(data, "jwt.secret");
  assert.match(secret, /^[\w-]{43}$/);
  assert.equal(readFileSync(path, "utf8"), secret);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.match(first.logged[0]?.message ?? "", /Made a new secret/);
  assert.ok(!JSON.stringify(first.logged).includes(secret), "the secret itself is never logged");
  const second = secretOf(data);
  assert.equal(await second.secret, secret);
  assert.deepEqual(second.logged, []);
  assert.deepEqual(readdirSync(data), ["jwt.secret"]);
});

test("two that start at once agree", async () => {
  const data = newFolder();
  const secrets = await Promise.all(Array.from({ length: 10 }, () => secretOf(data).secret));
  assert.equal(new Set(secrets).size, 1);
  assert.deepEqual(readdirSync(data), ["jwt.secret"]);
});

test("one that others may read is used with a warning", async () => {
  const data = newFolder();
  writeFileSync(join(data, "jwt.secret"), stored);
  chmodSync(join(data, "jwt.secret"), 0o644);
  const { secret, logged } = secretOf(data);
  assert.equal(await secret, stored);
  assert.deepEqual(
    logged.map(({ level }) => level),
    ["warn"],
  );
});

test("a short one, and a named file that is not there, stop the start", async () => {
  const data = newFolder();
  writeFileSync(join(data, "jwt.secret"), "");
  for (const auth of [{}, { jwt_secret: "short" }, { jwt_secret_file: join(data, "nowhere") }])
    await assert.rejects(secretOf(data, auth).secret, { code: "config_invalid" });
});

test("ephemeral mode has a new one each time and touches no file", async () => {
  const data = join(newFolder(), "nothing");
  const [one, two] = await Promise.all(
    [1, 2].map(() => secretOf(data, { jwt_secret: direct }, "ephemeral").secret),
  );
  assert.notEqual(one, two);
  assert.notEqual(one, direct);
  assert.throws(() => statSync(data));
});
