import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { modelFolder } from "../../../test/support/local-models.ts";
import { startModelHub } from "../../../test/support/model-hub.ts";
import { until } from "../../testkit/until.ts";
import { type PullOptions, pull } from "./pull.ts";

/** A hub whose files are a tiny model, and a folder to pull it into. */
async function opened(files: readonly string[] = ["tiny.Q4_K_M.gguf"]) {
  const source = modelFolder();
  const bytes = readFileSync(source.write("tiny", { answer: ["Hello"] }));
  const hub = await startModelHub(files, bytes);
  const folder = modelFolder();
  const progress: (readonly [done: number, total: number | undefined])[] = [];
  return {
    hub,
    bytes,
    folder: folder.path,
    progress,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    pull: (name: string, options: Partial<PullOptions> = {}) =>
      pull(name, {
        folder: folder.path,
        hub: { url: hub.url, token: "hf_secret" },
        pauseMs: 1,
        onProgress: (_file, done, total) => progress.push([done, total]),
        ...options,
      }),
    /** Until so many bytes are on the disk. */
    async taken(bytes: number) {
      const part = join(folder.path, "tiny.Q4_K_M.gguf.part");
      await until(
        `${bytes} bytes are here`,
        () => (statSync(part, { throwIfNoEntry: false })?.size ?? 0) >= bytes,
      );
    },
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]();
      source[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

test("a model of the hub comes whole, with its checksum and how far it is; a second pull fetches nothing", async () => {
  await using at = await opened();
  const path = join(at.folder, "tiny.Q4_K_M.gguf");
  assert.deepEqual(await at.pull("ada/tiny"), [{ path, sha256: at.sha256 }]);
  assert.deepEqual(readFileSync(path), at.bytes);
  assert.deepEqual(at.progress.at(-1), [at.bytes.length, at.bytes.length]);
  assert.deepEqual(new Set(at.hub.tokens()), new Set(["Bearer hf_secret"]));
  assert.deepEqual(await at.pull("ada/tiny"), [{ path, was: "there" }]);
  assert.deepEqual(at.hub.ranges(), ["-"]);
  assert.deepEqual(readdirSync(at.folder), ["tiny.Q4_K_M.gguf"]);
});

test("a connection that breaks is taken up where it was", async () => {
  await using at = await opened();
  at.hub.manners.breaks = { after: 100_000, times: 2, taken: at.taken };
  await at.pull("ada/tiny");
  assert.deepEqual(readFileSync(join(at.folder, "tiny.Q4_K_M.gguf")), at.bytes);
  assert.deepEqual(at.hub.ranges(), ["-", "bytes=100000-", "bytes=200000-"]);
});

test("a pull that was given up goes on with the next one, and begins anew when the file is another one", async () => {
  await using at = await opened();
  at.hub.manners.breaks = { after: 100_000, times: 1, taken: at.taken };
  await assert.rejects(at.pull("ada/tiny", { retries: 0 }), {
    code: "upstream_unreachable",
    hint: "Run the same command again: it goes on where it was.",
  });
  at.hub.manners.breaks = { after: 50_000, times: 1, taken: at.taken };
  await assert.rejects(at.pull("ada/tiny", { retries: 0 }), { code: "upstream_unreachable" });
  at.hub.manners.etag = '"two"';
  await at.pull("ada/tiny");
  assert.deepEqual(at.hub.ranges(), ["-", "bytes=100000-", "bytes=150000-"]);
  assert.deepEqual(readFileSync(join(at.folder, "tiny.Q4_K_M.gguf")), at.bytes);
});

test("bytes with another checksum are thrown away, and so is what is no model", async () => {
  await using at = await opened();
  at.hub.manners.sha256 = "0".repeat(64);
  await assert.rejects(at.pull("ada/tiny"), { code: "upstream_broken", message: /came with the checksum/ });
  assert.deepEqual(readdirSync(at.folder), []);
  const page = await startModelHub(["page.gguf"], Buffer.from("<html>not a model</html>"));
  await assert.rejects(at.pull(`${page.url}/ada/tiny/resolve/main/page.gguf`), {
    code: "upstream_broken",
    message: "page.gguf cannot be used: it is no GGUF file.",
  });
  assert.deepEqual(readdirSync(at.folder), []);
  await page[Symbol.asyncDispose]();
});

test("of several files the usual one is taken, or the one that is named, and a model in parts whole", async () => {
  const files = [
    "m-Q4_K_M.gguf",
    "m-Q8_0.gguf",
    "big/m-F16-00001-of-00002.gguf",
    "big/m-F16-00002-of-00002.gguf",
  ];
  await using at = await opened(files);
  const names = async (source: string) =>
    (await at.pull(source)).map(({ path }) => path.slice(at.folder.length + 1));
  assert.deepEqual(await names("ada/tiny"), ["m-Q4_K_M.gguf"]);
  assert.deepEqual(await names("ada/tiny:q8_0"), ["m-Q8_0.gguf"]);
  assert.deepEqual(await names("ada/tiny:F16"), ["m-F16-00001-of-00002.gguf", "m-F16-00002-of-00002.gguf"]);
  await assert.rejects(at.pull("ada/tiny:Q2"), {
    code: "bad_input",
    hint: "Add :FILE, one of m-Q4_K_M.gguf, m-Q8_0.gguf, big/m-F16-00001-of-00002.gguf",
  });
  await assert.rejects(at.pull("ada/other"), { code: "upstream_refused" });
});

test("a name is of a file in the folder and of nothing else", async () => {
  await using at = await opened(["..%2Fevil.gguf"]);
  writeFileSync(join(at.folder, "own.gguf"), "mine");
  await assert.rejects(at.pull("ada/tiny"), { code: "bad_input" });
  await assert.rejects(at.pull("ada/tiny", { name: "../../evil" }), { code: "bad_input" });
  await assert.rejects(at.pull("not a source"), { code: "bad_input", message: /neither an address nor/ });
  assert.equal(readFileSync(join(at.folder, "own.gguf"), "utf8"), "mine");
});
