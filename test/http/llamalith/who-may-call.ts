import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { passwordOf } from "../../support/test-server.ts";
import { apiToken, type House, type Job } from "./house.ts";

/** Tokens, keys, origins and sign-ins. */
export function whoMayCall(house: House): void {
  const { call, get } = house;

  describe("who may call", () => {
    const status = async (headers: Record<string, string>) =>
      (await call("/chat/api/jobs?limit=1", undefined, headers)).status;

    test("nobody without a token", async () => {
      const { status, body, response } = await call("/chat/api/jobs", { content: "Hi" }, {});
      assert.deepEqual([status, body], [401, { detail: "Invalid or missing token" }]);
      assert.equal(response.headers.get("www-authenticate"), "Bearer");
    });

    test("whoever has the token, in either header; a bearer counts first", async () => {
      assert.equal(await status({ authorization: `Bearer ${apiToken}` }), 200);
      assert.equal(await status({ authorization: `BEARER   ${apiToken} ` }), 200);
      assert.equal(await status({ "x-api-token": ` ${apiToken} ` }), 200);
      assert.equal(await status({ authorization: "Basic abc", "x-api-token": apiToken }), 200);
      assert.equal(await status({ authorization: "Bearer wrong", "x-api-token": apiToken }), 401);
      assert.equal(await status({ "x-api-token": `${apiToken}x` }), 401);
      assert.equal(await status({ "x-api-token": "" }), 401);
    });

    test("whoever has an API key for jobs, in either header", async () => {
      const key = async (scopes: readonly string[]) =>
        (
          (await (
            await house.server.as("bob")("/api/v1/keys", { method: "POST", json: { name: "n8n", scopes } })
          ).json()) as { secret: string }
        ).secret;
      const [jobs, reads] = [await key(["jobs"]), await key(["read"])];
      assert.equal(await status({ "x-api-token": jobs }), 200);
      assert.equal(await status({ authorization: `Bearer ${jobs}` }), 200);
      assert.equal(await status({ "x-api-token": reads }), 200);
      assert.equal((await call("/api/jobs", { content: "Hi" }, { "x-api-token": reads })).status, 403);
      assert.equal(
        (await call("/api/v1/webhooks", undefined, { authorization: `Bearer ${jobs}` })).status,
        403,
      );
    });

    test("pages of an origin that is configured, and of no other", async () => {
      const asked = async (origin: string) => {
        const preflight = {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": "content-type,x-api-token",
        };
        const { headers } = await house.server.as(null)("/chat/api/jobs", {
          method: "OPTIONS",
          headers: preflight,
        });
        const { response } = await call("/chat/api/jobs?limit=1", undefined, {
          origin,
          "x-api-token": apiToken,
        });
        return [
          headers.get("access-control-allow-origin"),
          headers.get("access-control-allow-headers"),
          response.headers.get("access-control-allow-origin"),
        ];
      };
      const own = "https://tools.example";
      assert.deepEqual(await asked(own), [own, "content-type,x-api-token", own]);
      const [foreign, , answered] = await asked("https://elsewhere.example");
      assert.deepEqual([foreign, answered], [null, null]);
    });

    test("its token opens nothing else", async () => {
      for (const path of ["/api/v1/me", "/api/sessions", "/api/v1/threads"])
        assert.ok(
          [401, 403].includes((await call(path, undefined, { authorization: `Bearer ${apiToken}` })).status),
          path,
        );
    });

    test("whoever is signed in here: each sees their own", async () => {
      const signedIn = await signIn();
      assert.equal(await status({ cookie: signedIn }), 200);
      assert.equal(await status({ cookie: signedIn, "sec-fetch-site": "same-origin" }), 200);
      const foreign = await call(
        "/api/jobs",
        { content: "Hi" },
        { cookie: signedIn, "sec-fetch-site": "cross-site" },
      );
      assert.equal(foreign.status, 403);
      const [job] = (await get<{ jobs: Job[] }>("/api/jobs?limit=1")).jobs;
      assert.equal((await house.server.as("ada")(`/api/jobs/${job?.id}`)).status, 404);
      assert.deepEqual(await house.server.as("ada").get("/api/conversations/replies/messages"), {
        messages: [],
      });
    });
  });

  async function signIn(): Promise<string> {
    const response = await fetch(`${house.server.url}/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: "bob", password: passwordOf("bob") }),
    });
    return response.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
  }
}
