import assert from "node:assert/strict";
import { test } from "node:test";
import { freshDatabase, testServer } from "../../../../test/support/postgres-store.ts";
import { failureText } from "../../../cli/failure-text.ts";
import { testHost } from "../../../testkit/test-host.ts";
import { examineDatabase } from "./examine-database.ts";
import { postgresStorePlugin } from "./plugin.ts";

const open = (url: string) => postgresStorePlugin.create(testHost({ config: { database_url: url } }));

test("a database that cannot be used is told by its address without the password", async () => {
  const { url } = await testServer();
  const secret = "s3cret";
  const cases: readonly (readonly [string, RegExp])[] = [
    [
      url.replace(/:[^:@]+@/, `:${secret}@`),
      /tester@127\.0\.0\.1:\d+\/postgres cannot be used: .*password.*\n/,
    ],
    [url.replace(/postgres$/, "nowhere"), /nowhere cannot be used: .*does not exist.*\n.*createdb/],
    [
      `postgres://tester:${secret}@127.0.0.1:1/db`,
      /tester@127\.0\.0\.1:1\/db cannot be used: .*ECONNREFUSED/,
    ],
    [`postgres://tester:${secret}/x@127.0.0.1/db`, /no address of a PostgreSQL database/],
    [`postgres://tester:12/${secret}@127.0.0.1/db`, /must be encoded/],
  ];
  for (const [address, expected] of cases) {
    for (const attempt of [open, examineDatabase]) {
      const told = await attempt(address).then(() => "it worked", failureText);
      assert.match(told, expected);
      for (const word of [secret, "p#ss", "p%23ss"]) assert.ok(!told.includes(word), told);
    }
  }
});

test("whoever only looks at a database changes nothing in it", async () => {
  const url = await freshDatabase();
  for (const _ of ["looked", "looked again"]) {
    const { made, found } = await examineDatabase(url);
    assert.equal(made, false);
    assert.match(
      found,
      /postgres answers within \d+\.\d ms: PostgreSQL \d+\.\d+; its tables are made on the first start/,
    );
  }
  await (await open(url)).shutdown();
  const { made, found } = await examineDatabase(url);
  assert.equal(made, true);
  assert.doesNotMatch(found, /first start/);
  assert.match(found, /; a power cut may ruin it \(fsync = off\)/, "as this one is set");
});

test("few connections are told", async () => {
  const { found } = await examineDatabase((await testServer()).url, 1_000);
  assert.match(found, /; it takes \d+ more connections, and a server has up to 1000/);
});
