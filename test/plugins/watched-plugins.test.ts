import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { TurnEvent } from "../../src/protocols/turn-event.ts";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { until } from "../../src/testkit/until.ts";
import { startTestServer, type TestServer, textOf } from "../support/test-server.ts";

const folder = mkdtempSync(join(tmpdir(), "skeleton-watched-"));
const seen: string[] = [];
let server: TestServer;

const tool = (answer: string) =>
  `/** Tells the time. */\nexport function clock(zone = "UTC") { return "${answer}"; }`;
const importing = (path: string) =>
  `import { time } from "${path}"; /** Tells the time. */ export function clock(zone = "UTC") { return time(); }`;
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

/** The answer to one message once it has begun and now waits; `goOn` lets it call the tool and end. */
async function heldTurn(say: () => Promise<readonly TurnEvent[]>) {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  server.upstream.script(
    {
      steps: [
        ...[{ tokens: ["x"] }, { tokens: [""], pace: async () => begun.resolve() }, { wait: gate.promise }],
        ...[
          { toolCalls: [{ index: 0, id: "c1", name: "clock", arguments: "{}" }] },
          { finish: "tool_calls" },
        ],
        { done: true },
      ],
    },
    answer("z"), // to whoever asks meanwhile
    answer("y"),
  );
  const saying = say();
  await begun.promise;
  return {
    async goOn() {
      gate.resolve();
      return saying;
    },
  };
}

test("a running turn keeps what it began with, and the next has the changed files at once", async () => {
  const [ada, bob] = [server.as("ada"), server.as("bob")];
  const held = await heldTurn(() => ada.say({ content: "Hello" }));
  put("tools/clock.ts", tool("two"));
  put("functions/tagger.ts", tagger("B"));
  await until("both are loaded", async () => (await clock()) === "two" && seen.includes("B starts"));
  assert.equal(textOf(await bob.say({ content: "Meanwhile" })), "zB");
  assert.deepEqual(seen, ["quiet starts", "A starts", "B starts"], "A is still in use");
  const events = await held.goOn();
  assert.equal(textOf(events), "xAyA");
  assert.deepEqual(
    events.flatMap((event) => (event.event === "tool_result" ? [event.data.content] : [])),
    ["one"],
  );
  await until("A has ended", () => seen.length === 5);
  assert.deepEqual(seen.slice(3), ["A is aborted", "A ends"]);
});

test("without a turn a changed function ends before the new one starts", async () => {
  put("functions/tagger.ts", tagger("C"));
  await until("C is loaded", () => seen.includes("C starts"));
  assert.deepEqual(seen.slice(5), ["B is aborted", "B ends", "C starts"]);
});

test("a change of what a file imports, through other files and links, is seen", async () => {
  mkdirSync(join(folder, "shared"));
  put("shared/time.ts", `import { hour } from "./hour.ts"; export const time = () => "at " + hour;`);
  put("shared/hour.ts", `export const hour = "four";`);
  put("shared/tool.ts", importing("./time.ts"));
  put(
    "tools/other.ts",
    "globalThis.othersLoaded = (globalThis.othersLoaded ?? 0) + 1; export const other = () => 1;",
  );
  rmSync(join(folder, "tools/clock.ts"));
  symlinkSync(join(folder, "shared/tool.ts"), join(folder, "tools/clock.ts"));
  await until("it says at four", async () => (await clock()) === "at four");
  put("shared/hour.ts", `export const hour = "five";`);
  await until("it says at five", async () => (await clock()) === "at five");
  put("shared/tool.ts", importing("./absent.ts"));
  await until("its tool is gone", async () => (await clock()) === undefined);
  put("shared/absent.ts", `export const time = () => "found";`);
  await until("it says found", async () => (await clock()) === "found");
  assert.equal(Reflect.get(globalThis, "othersLoaded"), 1, "what imports nothing of it is left alone");
  rmSync(join(folder, "tools/clock.ts"));
  put("tools/clock.ts", tool("two"));
  await until("it says two", async () => (await clock()) === "two");
});

test("a broken file is told and its tools are gone, and a mended or new one is there", async () => {
  const tools = await server.app.host.get("tools");
  put("tools/clock.ts", "export function clock( {");
  await until("its tool is gone", async () => (await clock()) === undefined);
  const problems = await tools.getProblems();
  assert.match(
    problems.map(({ source, problem }) => `${source}: ${problem}`).join("\n"),
    /clock\.ts: cannot be loaded/,
  );
  put("tools/clock.ts", tool("three"));
  await until("it says three", async () => (await clock()) === "three");
});

test("a command that is new or changed is there as it is now", async () => {
  const commands = await server.app.host.get("commands");
  const said = async () => (await commands.run("/dice", { userId: "ada", turns: server.app.turns }))?.text;
  const dice = (text: string) => `export default { name: "dice", help: "Rolls", run: () => "${text}" };`;
  put("commands/dice.ts", dice("six"));
  await until("it says six", async () => (await said()) === "six");
  put("commands/dice.ts", dice("one, again"));
  await until("it says one, again", async () => (await said()) === "one, again");
});

test("a file that is removed is gone, and a function that is gone was shut down", async () => {
  rmSync(join(folder, "tools/clock.ts"));
  rmSync(join(folder, "functions/tagger.ts"));
  const functions = await server.app.host.get("functions");
  await until(
    "both are gone",
    async () => (await clock()) === undefined && (await functions.getFunctions()).length === 1,
  );
  assert.deepEqual(seen.slice(8), ["C is aborted", "C ends"]);
  await server.close();
  assert.deepEqual(seen.slice(10), []);
});
