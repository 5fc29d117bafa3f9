import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { modelFolder, tinyModels } from "../../../../test/support/local-models.ts";
import { hear } from "../../../../test/support/model-host.ts";
import { infos } from "../../../../test/support/model-router.ts";
import { until } from "../../../testkit/until.ts";
import { openLocalProvider } from "./open-local-provider.ts";

const said = "Hello there";
const answer = ["Hello", " there"];

test("a file that llama.cpp cannot load, or that ends its process, is told of, and other models go on", async () => {
  await using at = await tinyModels({
    good: { answer },
    truncated: { answer },
    text: { answer },
    refused: { answer },
    deadly: { answer },
  });
  const path = (name: string) => join(at.folder.path, `${name}.gguf`);
  truncateSync(path("truncated"), 200_000);
  writeFileSync(path("text"), "<html>404 Not Found</html>");
  change(path("refused"), "llama.attention.key_length", 31);
  change(path("deadly"), "llama.attention.head_count", 0); // llama.cpp divides by it
  const failure = async (model: string) => {
    const { error, text } = await hear(at.router, { model });
    assert.equal(text, "");
    assert.equal(typeof error?.hint === "string" && error.hint.length > 0, true);
    return [error?.code, error?.message];
  };
  const { text } = await hear(at.router, { model: "good" });
  assert.equal(text, said);
  assert.deepEqual(await failure("truncated"), [
    "upstream_unusable",
    "The file of `truncated` cannot be used: it is cut off: it has 200000 bytes of 259424.",
  ]);
  assert.deepEqual(await failure("text"), [
    "upstream_unusable",
    "The file of `text` cannot be used: it is no GGUF file.",
  ]);
  const [code, message] = await failure("refused");
  assert.equal(code, "upstream_unusable");
  assert.match(message ?? "", /llama\.cpp cannot load this model: .*invalid n_rot/);
  assert.equal((await hear(at.router, { model: "good" })).text, said);
  const [dead, innocent] = await Promise.all([failure("deadly"), hear(at.router, { model: "good" })]);
  assert.deepEqual(dead, [
    "upstream_unusable",
    "The process of llama.cpp has ended while it loaded this model: SIGABRT.",
  ]);
  assert.equal(innocent.text, said); // asked again, where it had not begun
  assert.equal((await hear(at.router, { model: "good" })).text, said);
  const listed = (await infos(at.router)).find(({ id }) => id === "truncated");
  assert.match(listed?.description ?? "", /Its file cannot be used: it is cut off/);
});

test("when llama.cpp's process is killed, the answer that it gives fails, and one that it has not begun is given by the next", async () => {
  const endless = { answer, endless: true, contextLength: 20_000 };
  await using at = await tinyModels({ endless, good: { answer } }, { local: { parallel: 1 } });
  const ask = () =>
    at.router.generate(
      { model: "endless", messages: [{ role: "user", content: "Hi" }] },
      new AbortController().signal,
    );
  const firstWord = async () => {
    for await (const [event] of ask()) if (event?.event === "message_tokens") return event.data.content;
    return undefined;
  };
  let waiting: Promise<string | undefined> | undefined;
  const failing = assert.rejects(
    async () => {
      let killed = false;
      for await (const [event] of ask()) {
        if (killed || event?.event !== "message_tokens") continue;
        killed = true;
        waiting = firstWord();
        assert.equal((await hear(at.router, { model: "good" })).text, said); // so that one has come, too, and waits
        for (const pid of children("runner/runner")) process.kill(pid, "SIGKILL");
      }
    },
    { code: "upstream_broken", message: "The process of llama.cpp has ended: SIGKILL." },
  );
  await failing;
  assert.equal(await waiting, "Hello");
});

test("the process of llama.cpp ends with its server, however that dies", async () => {
  using folder = modelFolder();
  const support = new URL("../../../../test/support/local-models.ts", import.meta.url).href;
  const script = `
    const { tinyModels } = await import(${JSON.stringify(support)});
    const at = await tinyModels({ m: { answer: ["on", " and"], endless: true, contextLength: 20_000 } });
    const request = { model: "m", messages: [{ role: "user", content: "Hi" }] };
    for await (const _ of at.router.generate(request, new AbortController().signal)) process.stdout.write(".");`;
  const server = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, TMPDIR: folder.path },
  });
  await once(server.stdout, "data"); // it answers
  const [runner] = children("runner/runner", server.pid);
  assert.ok(runner);
  server.kill("SIGKILL");
  await once(server, "exit");
  await until("its runner has ended, too", () => !isAlive(runner));
});

test("models take turns in memory: to load one, those not used for the longest time leave", async () => {
  const sizes = { settings: { n_threads: 1, n_ctx: 512 }, max_bytes: 8_000_000 };
  await using at = await tinyModels({ a: { answer }, b: { answer }, c: { answer } }, { local: sizes });
  const loads = () =>
    at.lines.flatMap(
      ({ message }) =>
        /llama\.cpp: (un)?loaded .*?(\w)\.gguf/
          .exec(message)
          ?.slice(1)
          .map((part) => part ?? "")
          .join("-") ?? [],
    );
  for (const model of ["a", "b", "a", "c", "a", "b"]) {
    assert.equal((await hear(at.router, { model })).text, said);
  }
  assert.deepEqual(loads(), ["-a", "-b", "un-b", "-c", "un-c", "-b"]);
  const both = await Promise.all(["c", "b", "a", "c"].map((model) => hear(at.router, { model })));
  assert.deepEqual(
    both.map(({ text }) => text),
    [said, said, said, said],
  );
});

test("a model larger than what all may take is refused, also where it is the context that does not fit", async () => {
  const models = { large: { answer, layers: 20 }, a: { answer } };
  await using at = await tinyModels(models, { local: { max_bytes: 500_000 } });
  const refusal = async (model: string) => {
    const { error } = await hear(at.router, { model });
    assert.equal(error?.code, "upstream_unusable");
    return error.message;
  };
  assert.match(
    await refusal("large"),
    /^The model's file has \d MiB, and models\.local\.max_bytes allows 1 MiB\.$/,
  );
  assert.match(
    await refusal("a"),
    /^The model takes about \d+ MiB with a context of 2048 tokens, and models\.local\.max_bytes allows 1 MiB\.$/,
  );
});

test("without node-llama-cpp list, answer and doctor say how to install it", async () => {
  const packageFolders = ["/nowhere"];
  await using at = await tinyModels({ a: { answer } }, { packageFolders });
  const how = "npm install node-llama-cpp";
  assert.equal((await infos(at.router))[0]?.description?.endsWith(how), true);
  const { error } = await hear(at.router, { model: "a" });
  assert.deepEqual([error?.code, error?.hint], ["upstream_unreachable", `Run: ${how}`]);
  const { config, log } = at.host;
  const provider = await openLocalProvider(config, { packageFolders, log, newId: () => "", variables: {} });
  assert.equal(provider.remark?.(), undefined);
  await provider.listModels(new AbortController().signal);
  assert.equal(provider.remark?.()?.endsWith(how), true);
  truncateSync(join(at.folder.path, "a.gguf"), 100);
  await provider.listModels(new AbortController().signal);
  assert.match(provider.remark?.() ?? "", /; a: Its file cannot be used: it is cut off in its head\.$/);
});

/** Sets a whole number of a file's metadata. */
function change(path: string, key: string, value: number): void {
  const file = readFileSync(path);
  file.writeUInt32LE(value, file.indexOf(key) + key.length + 4);
  writeFileSync(path, file);
}

/** Processes that this one, or another, has started, by what stands in their command line. */
const children = (words: string, of = process.pid): readonly number[] =>
  execFileSync("ps", ["-o", "pid=,ppid=,args=", "-A"])
    .toString()
    .split("\n")
    .flatMap((line) => {
      const [, pid, parent, args = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return Number(parent) === of && args.includes(words) ? [Number(pid)] : [];
    });

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
