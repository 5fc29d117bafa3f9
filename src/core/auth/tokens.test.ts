import assert from "node:assert/strict";
import { test } from "node:test";
import { countingIds, testClock } from "../../testkit/test-host.ts";
import { createTokens } from "./tokens.ts";

const anna = { name: "anna", role: "user", hash: "$2b$04$anything", cost: 4 };
const secret = "a secret of more than sixteen letters";

test("a token that was read before is still good, until it expires", async () => {
  const clock = testClock();
  const tokens = createTokens(secret, 1, { now: clock.now, newId: countingIds() });
  const token = await tokens.sign(anna, undefined);
  const claims = await tokens.read(token);
  assert.equal(claims?.username, "anna");
  assert.deepEqual(await tokens.read(token), claims);
  clock.advance(3_599_000);
  assert.deepEqual(await tokens.read(token), claims);
  clock.advance(1_000);
  assert.equal(await tokens.read(token), undefined);
  assert.equal(await tokens.read(token), undefined);
});

test("having read a token says nothing about one that differs", async () => {
  const host = { now: testClock().now, newId: countingIds() };
  const tokens = createTokens(secret, 1, host);
  const token = await tokens.sign(anna, undefined);
  await tokens.read(token);
  assert.equal(await tokens.read(`${token.slice(0, -2)}xx`), undefined);
  const stranger = createTokens(`${secret}, another`, 1, host);
  assert.equal(await stranger.read(token), undefined);
});
