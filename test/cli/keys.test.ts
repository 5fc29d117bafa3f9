import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { passwordOf, startTestServer, type TestServer } from "../support/test-server.ts";
import { newHome } from "./house.ts";
import { newFolder, runSkeleton } from "./skeleton-process.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

const keys = (args: readonly string[], env: Record<string, string>) =>
  runSkeleton(["keys", ...args], { env });

test("a key is made, used, listed and revoked on a running server; it makes no other", async () => {
  const ada = { SKELETON_URL: server.url, SKELETON_USER: "ada", SKELETON_PASSWORD: passwordOf("ada") };
  const made = await keys(["create", "nightly", "-s", "jobs,read", "-l", "100/60", "-d", "90"], ada);
  assert.match(made.stdout, /^sk_skeleton_[0-9a-f]{16}_\S{43}\n$/);
  const secret = made.stdout.trim();
  const asked = await fetch(`${server.url}/api/v1/threads`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  assert.equal(asked.status, 200);
  const byKey = await keys(["create", "more"], { SKELETON_URL: server.url, SKELETON_TOKEN: secret });
  assert.equal(byKey.code, 1);
  assert.match(byKey.stderr, /This API key may not do that/);

  const [row] = (await keys([], ada)).stdout.split("\n");
  const [id = "", name, scopes, end, used] = row?.split("\t") ?? [];
  assert.deepEqual([name, scopes], ["nightly", "jobs,read"]);
  assert.equal(Math.round((Date.parse(end ?? "") - Date.now()) / 86_400_000), 90);
  assert.ok(Date.parse(used ?? "") <= Date.now());
  const [shown] = JSON.parse((await keys(["list", "--json"], ada)).stdout) as [Record<string, unknown>];
  assert.deepEqual([shown.id, shown.limit], [id, { calls: 100, seconds: 60 }]);
  assert.equal((await keys(["revoke", id], ada)).code, 0);
  assert.deepEqual(await server.as("ada").get("/api/v1/keys"), []);
});

test("without a server they are made in the data folder, for a user who is there", async () => {
  const env = { DATA_PATH: newHome("ada", "bob") };
  assert.match((await keys(["create", "ci"], env)).stderr, /There are several users\.\n.*ada, bob/);
  assert.match((await keys(["create", "ci", "--user", "eve"], env)).stderr, /There is no user "eve"/);
  const made = JSON.parse((await keys(["create", "ci", "--user", "bob", "--json"], env)).stdout);
  assert.deepEqual([made.name, made.scopes, made.expires_at], ["ci", ["chat", "read"], null]);
  const listed = await keys(["list", "--user", "bob"], env);
  assert.equal(listed.stdout, `${made.id}\tci\tchat,read\tno end\tnever used\n`);
  const exported = await runSkeleton(["export"], { env });
  assert.doesNotMatch(exported.stdout, /api_keys/, "an export holds no keys");
});

test("what makes no sense is told before anything is asked for", async () => {
  const env = { DATA_PATH: join(newFolder(), "nothing") };
  for (const args of [["create", "ci", "-l", "100"], ["revoke"]])
    assert.equal((await keys(args, env)).code, 2, args.join(" "));
});
