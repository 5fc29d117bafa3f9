import assert from "node:assert/strict";
import { test } from "node:test";
import type { FastifyRequest } from "fastify";
import { readToken, saysWho } from "./read-token.ts";

const request = (headers: Record<string, string>, tokenHeader?: string, cookie?: string) =>
  ({
    headers,
    cookies: cookie === undefined ? {} : { skeleton_session: cookie },
    routeOptions: { config: tokenHeader === undefined ? {} : { tokenHeader } },
  }) as unknown as FastifyRequest;

test("a bearer token comes before the route's own header, and that before the cookie", () => {
  const all = { authorization: "bearer  one ", "x-api-token": " two " };
  assert.deepEqual(readToken(request(all, "x-api-token", "three")), { token: "one", borne: "header" });
  const { authorization: _, ...own } = all;
  assert.deepEqual(readToken(request(own, "x-api-token", "three")), { token: "two", borne: "header" });
  assert.deepEqual(readToken(request(own, undefined, "three")), { token: "three", borne: "cookie" });
});

test("another kind of Authorization counts only where the route has a header of its own", () => {
  const basic = { authorization: "Basic YTpi", "x-api-token": "two" };
  assert.deepEqual(readToken(request(basic, "x-api-token")), { token: "two", borne: "header" });
  assert.throws(() => readToken(request(basic, undefined, "three")), { code: "invalid_token" });
  assert.throws(() => readToken(request({ authorization: "Bearer " })), { code: "invalid_token" });
});

test("whoever says nothing is nobody", () => {
  for (const nobody of [
    request({}),
    request({ "x-api-token": "two" }),
    request({ "x-api-token": " " }, "x-api-token"),
  ]) {
    assert.throws(() => readToken(nobody), { code: "not_authenticated" });
    assert.equal(saysWho(nobody), false);
  }
  assert.equal(saysWho(request({ "x-api-token": "two" }, "x-api-token")), true);
});
