import assert from "node:assert/strict";
import { test } from "node:test";
import { testHost } from "../../../test/support/model-host.ts";
import { infos, routersOn } from "../../../test/support/model-router.ts";
import { type ScriptedUpstream, startScriptedUpstream } from "../../testkit/scripted-upstream.ts";
import { createModelRouter } from "./plugin.ts";

const openRouter = routersOn(startScriptedUpstream);

test("with nothing configured, local servers are found where they listen, our own port left out", async () => {
  const [ollama, studio, own] = await Promise.all([1, 2, 3].map(() => startScriptedUpstream()));
  assert.ok(ollama && studio && own);
  const port = (upstream: ScriptedUpstream) => Number(new URL(upstream.url).port);
  ollama.models(["llama3.2"]);
  studio.models({ body: "<html>something else listens here</html>" });
  const localPorts = { ollama: port(ollama), lmstudio: port(studio), vllm: port(own) };
  await using at = await openRouter(() => ({}), { upstreams: 0, port: port(own), localPorts });
  assert.deepEqual(await at.ids(), ["llama3.2", "demo"]);
  assert.equal((await infos(at.router))[0]?.provider, "ollama");
  assert.equal(own.listRequests.length, 0);
  assert.deepEqual(
    at.lines.filter(({ level }) => level !== "debug"),
    [],
  );
  await using off = await openRouter(() => ({ discover: false }), { upstreams: 0, localPorts });
  assert.deepEqual(await off.ids(), ["demo"]);
  await using busy = await openRouter(({ url }) => ({ openai_base_url: url }), { localPorts });
  assert.equal((await busy.ids()).includes("llama3.2"), false);
  await Promise.all([ollama.close(), studio.close(), own.close()]);
});

test("the environment's key goes to its own address only", async () => {
  await using at = await openRouter(
    (a, b) => ({
      openai_api_key: "sk-environment",
      openai_base_url: a.url,
      providers: { openai: { base_url: b.url }, other: { base_url: a.url, headers: { "x-team": "blue" } } },
    }),
    { upstreams: 2 },
  );
  await at.ids();
  assert.deepEqual(
    at.upstreams.flatMap(({ listRequests }) => listRequests.map(({ headers }) => headers.authorization)),
    [undefined, undefined],
  );
  assert.equal(at.first.listRequests[0]?.headers["x-team"], "blue");
});

test("the environment's LiteLLM is asked before its OpenAI, and its key goes to its own address only", async () => {
  const entry = [{ model_name: "m" }];
  await using at = await openRouter(
    (lite, open) => ({ litellm_endpoint: lite.url, litellm_api_key: "sk-lite", openai_base_url: open.url }),
    { upstreams: 2 },
  );
  at.first.modelInfo(entry);
  at.upstreams[1]?.models(["m"]);
  assert.deepEqual(await at.ids(), ["m", "openai/m", "demo"]);
  await using named = await openRouter(
    (lite, other) => ({
      litellm_endpoint: lite.url,
      litellm_api_key: "sk-lite",
      providers: {
        litellm: { type: "litellm", tags: ["t"] },
        other: { type: "litellm", base_url: other.url },
      },
    }),
    { upstreams: 2 },
  );
  for (const upstream of named.upstreams) upstream.modelInfo(entry);
  await named.ids();
  assert.deepEqual(
    named.upstreams.map(({ infoRequests }) =>
      infoRequests.map(({ headers }) => headers["x-litellm-api-key"]),
    ),
    [["sk-lite"], [undefined]],
  );
});

test("a provider that cannot be used stops the start, and the key is not quoted", async () => {
  const wrong = async (models: Record<string, unknown>, words: RegExp) => {
    const { host } = testHost(models);
    await assert.rejects(createModelRouter(host), (error: Error & { code?: string }) => {
      assert.equal(error.code, "config_invalid");
      assert.match(error.message, words);
      assert.doesNotMatch(`${error.message} ${error.cause}`, /kéy/);
      return true;
    });
  };
  await wrong({ openai_api_key: "sk-\u0001kéy\u2028" }, /api_key of the model provider openai/);
  await wrong({ providers: { p: { base_url: "http://" } } }, /base_url of the model provider p/);
  await wrong({ providers: { demo: { base_url: "http://h" } } }, /belongs to the demo/);
  await wrong(
    { providers: { p: { base_url: "http://h", tags: ["a"] } } },
    /p: `send_user` and `tags` are for/,
  );
  const namesake = { providers: { litellm: { base_url: "http://h" } }, litellm_api_key: "kéy" };
  await wrong(namesake, /the provider of that name is no LiteLLM/);
});
