import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

const models = (user: "ada" | "beta" | "none", on = server) => on.as(user).get<string[]>("/api/v1/models");

describe("the list of models", () => {
  test("has the upstream's names in order, as a bare array", async () => {
    assert.deepEqual(await models("ada"), ["alpha-large", "beta-mini"]);
  });

  test("has only those that the user's mask matches entirely", async () => {
    assert.deepEqual(await models("beta"), ["beta-mini"]);
    assert.deepEqual(await models("none"), ["MODELS NOT AVAILABLE"]);
  });

  test("tells more when asked, the stand-in for offline days last", async () => {
    const rows = await server
      .as("ada")
      .get<{ id: string; provider: string }[]>("/api/v1/models?details=true");
    assert.deepEqual(
      rows.map(({ id, provider }) => [id, provider]),
      [
        ["alpha-large", "scripted"],
        ["beta-mini", "scripted"],
        ["demo", "demo"],
      ],
    );
  });

  test("says that there are none while the upstream is down", async () => {
    const alone = await startTestServer({ models: { list_ttl_ms: 0 } });
    await alone.upstream.goAway();
    assert.deepEqual(await models("ada", alone), ["MODELS NOT AVAILABLE"]);
    await alone.upstream.comeBack();
    await alone.close();
  });

  test("leaves out who does not answer, who is told apart, with what the user may use of it", async () => {
    const alone = await startTestServer({ models: { list_ttl_ms: 0 } });
    const absent = (user: "ada" | "beta" | "none") => alone.as(user).get("/api/v1/models/absent");
    await models("ada", alone);
    assert.deepEqual(await absent("ada"), []);
    await alone.upstream.goAway();
    await models("ada", alone);
    const missing = { provider: "scripted", reason: "upstream_unreachable" };
    assert.deepEqual(await absent("ada"), [{ ...missing, models: ["alpha-large", "beta-mini"] }]);
    assert.deepEqual(await absent("beta"), [{ ...missing, models: ["beta-mini"] }]);
    assert.deepEqual(await absent("none"), []);
    await alone.close();
  });

  test("is looked for anew when asked, without waiting for its time to be over", async () => {
    const slow = await startTestServer();
    await slow.upstream.goAway();
    assert.deepEqual(await slow.as("ada").get("/api/v1/models?refresh=true"), ["MODELS NOT AVAILABLE"]);
    const absent = { provider: "scripted", reason: "upstream_unreachable" };
    const [row] = await slow.as("ada").get<{ provider: string; reason: string }[]>("/api/v1/models/absent");
    assert.deepEqual({ provider: row?.provider, reason: row?.reason }, absent);
    await slow.upstream.comeBack();
    assert.deepEqual(await slow.as("ada").get("/api/v1/models?refresh=true"), ["alpha-large", "beta-mini"]);
    assert.deepEqual(await slow.as("ada").get("/api/v1/models/absent"), []);
    await slow.close();
  });

  test("may be asked for sixty times a minute", async () => {
    const limited = await startTestServer({ rate_limits: { enabled: true } });
    const statuses = new Set<number>();
    for (let n = 0; n < 60; n += 1) statuses.add((await limited.as("ada")("/api/v1/models")).status);
    assert.deepEqual([...statuses], [200]);
    const refused = await limited.as("ada")("/api/v1/models");
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get("x-error-code"), "rate_limited");
    assert.deepEqual(await refused.json(), { detail: "Too many requests. Please wait 60 seconds." });
    await limited.close();
  });
});

describe("with nothing configured", () => {
  test("the demo is what there is, and it answers offline", async () => {
    const alone = await startTestServer({ models: { providers: {}, discover: false } });
    assert.deepEqual(await models("ada", alone), ["demo"]);
    const leave = new AbortController();
    const init = { method: "POST", form: { content: "Hello" }, signal: leave.signal };
    const response = await alone.as("ada")("/api/v1/message", init);
    let heard = "";
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      heard += chunk;
      if (heard.includes("thinking_tokens")) break; // the rest takes its time, on purpose
    }
    const [, turnId] = /"turn_id":"([^"]+)"/.exec(heard) ?? [];
    await alone.as("ada")(`/api/v1/turns/${turnId}/stop`, { method: "POST" }); // or the end would wait for it
    assert.match(heard, /"model":"demo"/);
    await alone.close();
  });
});

describe("system prompts", () => {
  test("are listed by key with their descriptions, an empty one where there is none, and told by key", async () => {
    const prompts = {
      default: { content: "Be helpful.", description: "All-purpose" },
      zero: { content: "", description: "None" },
      bare: { content: "Be bare." },
    };
    writeFileSync(join(server.dataPath, "system_prompts.yaml"), JSON.stringify(prompts));
    const fresh = await startTestServer({
      system_prompts_file: join(server.dataPath, "system_prompts.yaml"),
    });
    assert.deepEqual(await fresh.as("ada").get("/api/v1/system_prompts/default"), {
      key: "default",
      content: "Be helpful.",
    });
    assert.equal((await fresh.as("ada")("/api/v1/system_prompts/none")).status, 404);
    assert.deepEqual(await fresh.as("ada").get("/api/v1/system_prompts"), {
      default: "All-purpose",
      zero: "None",
      bare: "",
    });
    await fresh.close();
  });
});
