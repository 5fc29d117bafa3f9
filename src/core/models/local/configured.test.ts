import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { modelFolder, tinyModels } from "../../../../test/support/local-models.ts";
import { hear, testHost } from "../../../../test/support/model-host.ts";
import { infos } from "../../../../test/support/model-router.ts";
import type { Config } from "../../../protocols/config.ts";
import { type DeepPartial, testConfig } from "../../../testkit/test-host.ts";
import { createModelRouter } from "../plugin.ts";
import { localOptions, openLocalProvider } from "./open-local-provider.ts";

const tiny = { answer: ["Hello", " there", ", I", " am", " tiny", "."] };

/** The models of these variables and settings, by name, with what is said of them. */
async function listed(variables: Record<string, string>, local: object = {}) {
  const { host } = testHost({ discover: false, local: { folder: "/nowhere", ...local } });
  const router = await createModelRouter(host, { variables });
  const all = (await infos(router)).filter(({ id }) => id !== "demo");
  return {
    ids: all.map(({ id }) => id),
    of: (name: string) => all.find(({ id }) => id === name),
  };
}

function config(folder: string, value: unknown, name = "llamalith.json"): string {
  const path = join(folder, name);
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
}

test("every .gguf of the folder is a model, of several parts the first", async () => {
  using folder = modelFolder();
  for (const name of ["b", "a.Q4_K_M", "big-00001-of-00002", "big-00002-of-00002", "mmproj-b"])
    folder.write(name, tiny);
  const { ids } = await listed({}, { folder: folder.path });
  assert.deepEqual(ids, ["a.Q4_K_M", "b", "big"]);
});

test("Llamalith's config.json fixes which models there are and their order", async () => {
  using folder = modelFolder();
  mkdirSync(join(folder.path, "files"));
  folder.write("files/m", tiny);
  const path = config(folder.path, {
    model_paths: { zeta: "files/m.gguf", alpha: "files/m.gguf", left: "x.gguf" },
    model_settings: { alpha: { n_ctx: 1024, temperature: 0.1 } },
    available_models: ["zeta", "alpha", "unknown"],
    worker_settings: { worker_count: 3 },
    story_settings: { min_words: 700 },
  });
  const { ids, of } = await listed({ LLAMALITH_CONFIG: path, MISTRAL_PATH: "/is/not/used.gguf" });
  assert.deepEqual(ids, ["zeta", "alpha", "unknown"]);
  assert.equal(of("alpha")?.contextWindow, 1024 - 128);
  assert.equal(of("zeta")?.contextWindow, 2048 - 128);
  assert.match(of("unknown")?.description ?? "", /Add `unknown` to model_paths/);
  const { config: whole, log } = testHost({}).host;
  const surroundings = { variables: { LLAMALITH_CONFIG: path }, log, packageFolders: [], newId: () => "" };
  assert.equal((await localOptions(whole, surroundings)).parallel, 3);
  const without = config(folder.path, { model_paths: { zeta: "files/m.gguf", alpha: "files/m.gguf" } });
  assert.deepEqual((await listed({ LLAMALITH_CONFIG: without })).ids, ["alpha", "zeta"]);
});

test("a config.json that is wrong is told of with every key", async () => {
  using folder = modelFolder();
  const faults = async (value: unknown) => {
    const LLAMALITH_CONFIG = config(folder.path, value);
    return listed({ LLAMALITH_CONFIG }).then(
      () => assert.fail("it was taken"),
      ({ code, message }: { code: string; message: string }) => {
        assert.equal(code, "config_invalid");
        return message.replace(`${LLAMALITH_CONFIG}: `, "");
      },
    );
  };
  assert.equal(
    await faults({ model_paths: { a: 1 }, model_settings: { a: { top_k: "x", stop: 3, tempo: 1 } } }),
    "`model_paths.a` must be string; `model_settings.a.tempo` is not a setting; " +
      "`model_settings.a.top_k` must be integer; `model_settings.a.stop` must be string",
  );
  assert.equal(
    await faults({ worker_settings: { worker_count: 0 } }),
    "`worker_settings.worker_count` must be >= 1",
  );
  assert.match(await faults("{"), /^is no JSON: /);
  await assert.rejects(listed({ LLAMALITH_CONFIG: join(folder.path, "gone.json") }), {
    code: "config_invalid",
    hint: "Correct LLAMALITH_CONFIG, or take it away.",
  });
});

test("LLM_MODELS and the variables of paths name models", async () => {
  using folder = modelFolder();
  const path = folder.write("any", tiny);
  const { ids, of } = await listed({ LLM_MODELS: "gpt-oss, mistral", GPT_OSS_PATH: path, QWEN3_PATH: path });
  assert.deepEqual(ids, ["gpt-oss", "mistral"]);
  assert.match(of("gpt-oss")?.description ?? "", /^Tiny, F32, 0\.2 MiB/);
  assert.equal(of("mistral")?.description, "Its file is not known. Set MISTRAL_PATH to its file.");
  assert.deepEqual((await listed({ QWEN3_PATH: path, GEMMA4_PATH: path })).ids, ["gemma4", "qwen3"]);
  const none = await createModelRouter(testHost({ local: { folder: "/nowhere" } }).host, {
    variables: { LLM_MODELS: "mistral" },
    localPorts: {},
  });
  const { error } = await hear(none, { model: "mistral" });
  assert.equal(error?.message, "Model 'mistral' not found or path does not exist: none is known");
});

test("a variable that cannot be read is told by its name, and so is a setting", async () => {
  await assert.rejects(listed({ LLM_TEMP: "warm" }), {
    code: "config_invalid",
    message: 'LLM_TEMP is "warm", but must be a number.',
  });
  await assert.rejects(listed({ LLM_TOP_P: "7" }), { code: "config_invalid", message: /`top_p` is 7/ });
  await assert.rejects(listed({}, { models: { m: { path: "m.gguf", settings: { n_ctx: "big" } } } }), {
    code: "config_invalid",
    message: /^models\.local\.models\.m\.settings: `n_ctx` is "big"/,
  });
});

test("the environment beats a model's own settings, those the defaults, and the request all of them", async () => {
  const models = { m: tiny, "m-novelchapter": tiny };
  const config = { settings: { m: { max_tokens: 4 } } };
  await using own = await tinyModels(models, { config });
  await using at = await tinyModels(models, {
    config,
    variables: { LLM_MAX_TOKENS: "5", LLM_STOP: "xyz, am" },
  });
  const said = async ({ router }: typeof at, model: string, settings = {}) =>
    (await hear(router, { model, settings })).text;
  assert.equal(await said(own, "m"), "Hello there, I am");
  assert.equal(await said(at, "m", { stop: [] }), "Hello there, I am tiny");
  assert.equal(await said(at, "m", { max_tokens: 2 }), "Hello there");
  assert.equal(await said(at, "m"), "Hello there, I");
  // where each scene is cut into chapters, stop texts end nothing
  assert.equal(await said(at, "m-novelchapter"), "Hello there, I am tiny");
});

test("each variable of generation lies above the settings of a model, and those above the defaults", async () => {
  using folder = modelFolder();
  const path = folder.write("m", tiny);
  const LLAMALITH_CONFIG = config(folder.path, {
    model_paths: { m: path },
    model_settings: { m: { temperature: 0.2, top_k: 7, stop: ["a", "b"] } },
  });
  const { host, lines } = testHost({});
  const { config: whole, log } = host;
  const variables = {
    LLAMALITH_CONFIG,
    LLM_TEMP: "0.5",
    LLM_REPEAT_PENALTY: "1.3",
    LLM_MIROS: "2",
    LLM_MIROS_TAU: "4",
  };
  const surroundings = { variables, log, packageFolders: [], newId: () => "" };
  const layers = await (await openLocalProvider(whole, surroundings)).layers?.("m");
  assert.deepEqual(layers, {
    below: {
      temperature: 0.2,
      top_p: 0.9,
      top_k: 7,
      repeat_penalty: 1.07,
      safety_margin: 128,
      stop: ["a", "b"],
    },
    above: { temperature: 0.5, repeat_penalty: 1.3, mirostat_mode: 2, mirostat_tau: 4 },
  });
  assert.deepEqual(
    lines.filter(({ message }) => /have no effect/.test(message)).map(({ fields }) => fields),
    [{ settings: ["mirostat_mode", "mirostat_tau"] }],
    "what is taken and cannot be handed on is told",
  );
});

test("a grammar is found by its name alone; one that is missing, or none, is a warning", async () => {
  using grammars = modelFolder();
  config(grammars.path, 'root ::= "yes" | "no"', "yes+no.gbnf");
  config(grammars.path, "root ::= (", "broken.gbnf");
  mkdirSync(join(grammars.path, "inner"));
  await using at = await tinyModels(
    { m: tiny },
    { variables: { LLM_GRAMMAR_DIR: join(grammars.path, "inner") } },
  );
  config(join(grammars.path, "inner"), 'root ::= "yes" | "no"', "yes+no.gbnf");
  config(join(grammars.path, "inner"), "root ::= (", "broken.gbnf");
  config(grammars.path, 'root ::= "outside"', "outside.gbnf");
  const said = async (grammar_name: string) =>
    (await hear(at.router, { model: "m", settings: { grammar_name, stop: "e", require_end_token: true } }))
      .text;
  assert.match(await said("yes+no"), /^(yes|no)$/);
  assert.match(await said("a/b\\yes+no.gbnf"), /^(yes|no)$/);
  for (const name of ["../outside", "..", "missing", "broken"]) {
    assert.match(await said(name), /^H/, name);
  }
  const warnings = at.lines.filter(({ level }) => level === "warn").map(({ message }) => message);
  assert.equal(warnings.filter((message) => /not held to it/.test(message)).length, 4, warnings.join("\n"));
});

test("the page on local models shows settings that are taken, and names every variable", () => {
  const page = readFileSync(new URL("../../../../docs/local-models.md", import.meta.url), "utf8");
  const [, snippet = ""] = /```yaml\n(.*?)```/s.exec(page) ?? [];
  const { models } = testConfig(parse(snippet) as DeepPartial<Config>);
  assert.deepEqual(models.local.models.tales?.settings, { n_ctx: 8192, temperature: 0.9 });
  const source = readFileSync(new URL("environment.ts", import.meta.url), "utf8");
  const variables = [...source.matchAll(/^ {2}([A-Z_]+): \[/gm)].map(([, name = ""]) => name);
  assert.equal(variables.length > 15, true);
  assert.deepEqual(
    variables.filter((name) => !page.includes(`\`${name}\``)),
    [],
  );
});
