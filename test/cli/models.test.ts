import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { modelFolder } from "../support/local-models.ts";
import { startModelHub } from "../support/model-hub.ts";
import { newFolder, runSkeleton } from "./skeleton-process.ts";

using source = modelFolder();
const bytes = readFileSync(source.write("tiny", { answer: ["Hello", " there"], endless: true }));
const hub = await startModelHub(["tiny-Q4_K_M.gguf"], bytes);
after(() => hub[Symbol.asyncDispose]());

const cwd = newFolder();
const env = { SKELETON_DISCOVER: "off", HF_ENDPOINT: hub.url, LLM_N_THREADS: "1", LLM_N_CTX: "2048" };
const models = (...args: string[]) => runSkeleton(["models", ...args], { cwd, env });

test("a model is pulled, listed, looked at and measured", async () => {
  const pulled = await models("pull", "ada/tiny", "--name", "tiny");
  assert.equal(pulled.code, 0, pulled.stderr);
  assert.match(pulled.stdout, /models\/tiny\.gguf sha256:[0-9a-f]{64}$/m);
  const listed = await models();
  assert.match(listed.stdout, /^tiny\tF32\t0\.2 MiB\t2048 tokens\t.*models\/tiny\.gguf$/m);
  const info = await models("info", "tiny");
  assert.match(info.stdout, /^architecture: llama$/m);
  assert.match(info.stdout, /^settings: {5}\{"n_ctx":2048,"n_threads":1\}$/m);
  const unknown = await models("info", "tinny");
  assert.deepEqual([unknown.code, /Did you mean tiny\?/.test(unknown.stderr)], [1, true]);
});

test("the bench tells how fast a model reads and writes", async () => {
  const { code, stdout, stderr } = await models("bench", "tiny", "--tokens", "16", "--json");
  assert.equal(code, 0, stderr);
  const speed = JSON.parse(stdout) as Record<string, number>;
  assert.equal(speed.tokens, 16);
  for (const key of ["load_seconds", "prompt_tokens_per_second", "tokens_per_second"]) {
    assert.equal((speed[key] ?? 0) > 0, true, key);
  }
});
