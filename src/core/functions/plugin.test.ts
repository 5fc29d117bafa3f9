import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { FunctionPlugin } from "../../protocols/function-plugin.ts";
import { functionsContract } from "../../testkit/functions-contract.ts";
import { testHost } from "../../testkit/test-host.ts";
import { functionsPlugin, openFunctions } from "./plugin.ts";

const scratch = mkdtempSync(join(tmpdir(), "skeleton-functions-"));
after(() => rmSync(scratch, { recursive: true }));

let folders = 0;

/** A host whose folder of functions holds these files. */
function hostWith(files: Readonly<Record<string, string>>) {
  const folder = join(scratch, String(++folders));
  mkdirSync(join(folder, "functions"), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, "functions", name), text);
  return { folder, host: testHost({ config: { plugins_path: folder }, plugins: [functionsPlugin] }) };
}

/** What test files export: they cannot hold what a test made. */
const ready: FunctionPlugin[] = [];
Object.assign(globalThis, { functionsUnderTest: ready });

functionsContract("functions from files", async (found) => {
  const files = found.map((plugin, index) => {
    const at = ready.push(plugin) - 1;
    return [`${index}.mjs`, `export default globalThis.functionsUnderTest[${at}];`];
  });
  return openFunctions(hostWith(Object.fromEntries(files)).host, { startMs: 200, shutdownMs: 20 });
});

test("a file may export a function, a list of them, or some by name, beside helpers of its own", async () => {
  const { host } = hostWith({
    "a.ts": `export default { name: "one", preCall() {} };`,
    "b.mjs": `export default [{ name: "two", postCall() {} }, { name: "three", filterStream() {} }];`,
    "c.ts": `export const limit = 5; export const four = { name: "four", preCall() {} };
      class Counter { name = "five"; count = 0; preCall() { this.count += 1; } }
      export const five = new Counter();`,
    "_draft.ts": `throw new Error("nobody loads this");`,
  });
  const functions = await host.get("functions");
  const names = (await functions.getFunctions()).map(({ name }) => name);
  assert.deepEqual(names, ["five", "four", "one", "three", "two"]);
  assert.deepEqual(await functions.getProblems(), []);
  await host.shutdown();
});

test("what is wrong with a file is told in its problem and in the log, and the others are there", async () => {
  const { folder, host } = hostWith({
    "broken.ts": `throw new Error("no luck");`,
    "empty.ts": `export const limit = 5;`,
    "good.ts": `export default { name: "good", preCall() {} };`,
    "hookless.ts": `export default { name: "hookless" };`,
    "lazy.ts": `export default { name: "lazy", preCall: "later" };`,
    "nameless.ts": `export default { preCall() {} };`,
    "odd.ts": `export default { name: "odd", preCall() {}, onError: "explode" };`,
    "urgent.ts": `export default { name: "urgent", preCall() {}, priority: "high" };`,
  });
  const functions = await host.get("functions");
  assert.deepEqual(
    (await functions.getFunctions()).map(({ name }) => name),
    ["good"],
  );
  const problems = await functions.getProblems();
  const told = problems.map(({ source, problem }) => [source.slice(`${folder}/functions/`.length), problem]);
  assert.deepEqual(told, [
    ["broken.ts", "cannot be loaded: Error: no luck"],
    ["empty.ts", "exports no function: a default export with a name and a hook is what is looked for"],
    ["hookless.ts", "hookless has none of preCall, filterStream, postCall and start"],
    ["lazy.ts", "lazy: preCall is not a function"],
    ["nameless.ts", "its function has no name"],
    ["odd.ts", 'odd: onError is neither "skip" nor "stop"'],
    ["urgent.ts", "urgent: priority is not a number"],
  ]);
  assert.equal(host.logged.filter(({ level }) => level === "error").length, 7);
  await host.shutdown();
});

test("what a function started in the background is told to end when the server stops", async () => {
  const seen: string[] = [];
  (globalThis as Record<string, unknown>).backgroundSeen = seen;
  const { host } = hostWith({
    "watcher.ts": `export default { name: "watcher", start(host) {
      host.background("watcher", (signal) => new Promise((resolve) => signal.addEventListener("abort", () => {
        globalThis.backgroundSeen.push("aborted");
        resolve();
      })));
    }};`,
  });
  await (await host.get("functions")).getFunctions();
  await host.shutdown();
  assert.deepEqual(seen, ["aborted"]);
});

test("functions tell the file they come from, and one for another Skeleton is left out", async () => {
  const { host } = hostWith({
    "here.ts": `export default { name: "one", preCall() {} };`,
    "later.ts": `export default { name: "two", skeleton: "^99", preCall() {} };`,
  });
  const functions = await host.get("functions");
  assert.match((await functions.getSources?.())?.one ?? "", /here\.ts$/);
  const [problem] = await functions.getProblems();
  assert.match(problem?.source ?? "", /later\.ts$/);
  assert.match(problem?.problem ?? "", /^is for Skeleton \^99/);
  await host.shutdown();
});
