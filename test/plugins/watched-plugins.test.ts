import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, mock, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { startTestServer, type TestServer, textOf } from "../support/test-server.ts";

const folder = mkdtempSync(join(tmpdir(), "skeleton-watched-"));
const seen: string[] = [];
let server: TestServer;

const tool = (answer: string) =>
  `/** Tells the time. */\nexport function clock(zone = "UTC") { return "${answer}"; }`;
const tagger = (tag: string) => `export default { name: "tagger",
  start(host) {
    globalThis.taggersSeen.push("${tag} starts");
    host.background("tagger", (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => {
      globalThis.taggersSeen.push("${tag} is aborted"); reject(signal.reason); })));
  },
  async shutdown() { globalThis.taggersSeen.push("${tag} ends"); },
  filterStream: (events) => events.map((event) => event.event === "message_tokens"
    ? { ...event, data: { ...event.data, content: event.data.content + "${tag}" } } : event),
};`;
const put = (name: string, text: string) => writeFileSync(join(folder, name), text);

before(async () => {
  Object.assign(globalThis, { taggersSeen: seen });
  for (const kind of ["tools", "functions", "commands"]) mkdirSync(join(folder, kind));
  put("tools/clock.ts", tool("one"));
  put("functions/tagger.ts", tagger("A"));
  put(
    "functions/quiet.ts",
    `export default { name: "quiet", start() { globalThis.taggersSeen.push("quiet starts"); } };`,
  );
  server = await startTestServer({ plugins_path: folder, plugins_watch: true });
});
after(() => rmSync(folder, { recursive: true }));

/** What the tool answers now; `undefined` when it is not there. */
async function clock(): Promise<string | undefined> {
  const { host } = server.app;
  const tools = await host.get("tools");
  const context = { userId: "ada", threadId: "t", turnId: "n", host, signal: AbortSignal.timeout(20_000) };
  const { value } = await tools.call({ id: "c", name: "clock", arguments: "" }, context).next();
  return typeof value === "object" && !value.failed ? value.content : undefined;
}
/** Loop after loop until the change has come through. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await nextTurn();
}
const limit = { timeout: 20_000 };

test("a running turn keeps what it began with, and the next has the changed files", limit, async () => {
  const ada = server.as("ada");
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const pace = (index: number) => {
    if (index === 0) return undefined;
    begun.resolve();
    return gate.promise;
  };
  server.upstream.script(
    { steps: [{ tokens: ["x", "y"], pace }, { finish: "stop" }, { done: true }] },
    answer("z"),
  );
  const saying = ada.say({ content: "Hello" });
  await begun.promise;
  const between = mock.method(server.app.turns, "between");
  put("tools/clock.ts", tool("two"));
  put("functions/tagger.ts", tagger("B"));
  await until(async () => between.mock.callCount() > 0); // the change was noticed, and has to wait
  assert.equal(await clock(), "one");
  gate.resolve();
  assert.equal(textOf(await saying), "xAyA");
  await until(async () => (await clock()) === "two");
  assert.equal(textOf(await ada.say({ content: "Again" })), "zB");
  assert.deepEqual(seen, ["quiet starts", "A starts", "A is aborted", "A ends", "B starts"]);
});

test("a broken file is told and its tools are gone, and a mended or new one is there", limit, async () => {
  const tools = await server.app.host.get("tools");
  put("tools/clock.ts", "export function clock( {");
  await until(async () => (await clock()) === undefined);
  const problems = await tools.getProblems();
  assert.match(
    problems.map(({ source, problem }) => `${source}: ${problem}`).join("\n"),
    /clock\.ts: cannot be loaded/,
  );
  put("tools/clock.ts", tool("three"));
  await until(async () => (await clock()) === "three");
});

test("a command that is new or changed is there as it is now", limit, async () => {
  const commands = await server.app.host.get("commands");
  const said = async () => (await commands.run("/dice", { userId: "ada", turns: server.app.turns }))?.text;
  const dice = (text: string) => `export default { name: "dice", help: "Rolls", run: () => "${text}" };`;
  put("commands/dice.ts", dice("six"));
  await until(async () => (await said()) === "six");
  put("commands/dice.ts", dice("one, again"));
  await until(async () => (await said()) === "one, again");
});

test("a file that is removed is gone, and a function that is gone was shut down", limit, async () => {
  rmSync(join(folder, "tools/clock.ts"));
  rmSync(join(folder, "functions/tagger.ts"));
  const functions = await server.app.host.get("functions");
  await until(async () => (await clock()) === undefined && (await functions.getFunctions()).length === 1);
  assert.deepEqual(seen.slice(5), ["B is aborted", "B ends"]);
  await server.close();
  assert.deepEqual(seen.slice(7), []);
});
