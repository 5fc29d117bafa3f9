import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Command } from "../../protocols/command.ts";
import { commandsContract, commandsContractThread } from "../../testkit/commands-contract.ts";
import { memoryStore } from "../../testkit/memory-store.ts";
import { testHost } from "../../testkit/test-host.ts";
import { threadsPlugin } from "../threads/plugin.ts";
import { builtInCommands } from "./built-in/list.ts";
import { openCommands } from "./create-commands.ts";
import { commandsPlugin } from "./plugin.ts";

const scratch = mkdtempSync(join(tmpdir(), "skeleton-commands-"));
after(() => rmSync(scratch, { recursive: true }));

let folders = 0;

/** A host whose folder of commands holds these files. */
function hostWith(files: Readonly<Record<string, string>>) {
  const folder = join(scratch, String(++folders));
  mkdirSync(join(folder, "commands"), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, "commands", name), text);
  const store = { role: "store", name: "memory", create: memoryStore } as const;
  const plugins = [commandsPlugin, threadsPlugin, store];
  return { folder, host: testHost({ config: { plugins_path: folder }, plugins }) };
}

/** What test files export: they cannot hold what a test made. */
const ready: Command[] = [];
Object.assign(globalThis, { commandsUnderTest: ready });

commandsContract("commands from files", async (found, context) => {
  const files = found.map((command, index) => {
    const at = ready.push(command) - 1;
    return [`${index}.mjs`, `export default globalThis.commandsUnderTest[${at}];`];
  });
  const { host } = hostWith(Object.fromEntries(files));
  context.after(() => host.shutdown());
  const { userId, threadId: id } = commandsContractThread;
  await (await host.get("thread")).createThread({
    userId,
    id,
    title: "T",
    model: "m",
    systemPrompt: "default",
  });
  return openCommands(host, builtInCommands, { loadMs: 5_000, runMs: 30, completeMs: 30 });
});

test("a file may export a command, a list of them, or some by name, and takes the place of a built-in one", async () => {
  const { host, folder } = hostWith({
    "a.ts": `export default { name: "one", help: "One", run: () => "1" };`,
    "b.mjs": `export default [{ name: "two", help: "Two", run: () => "2" }, { name: "Help", help: "Mine", run: () => "no help" }];`,
    "c.ts": `export const three = { name: "three", help: "Three", usage: "<a> [b]", run: () => "3" }; export const limit = 5;`,
    "_draft.ts": `throw new Error("nobody loads this");`,
  });
  const commands = await host.get("commands");
  const names = (await commands.getCommands()).map(({ name }) => name);
  assert.deepEqual(names.slice(-3), ["one", "two", "three"]);
  assert.equal(
    names.indexOf("Help"),
    builtInCommands.findIndex(({ name }) => name === "help"),
  );
  assert.deepEqual(await commands.getProblems(), []);
  const file = (name: string) => join(folder, "commands", name);
  assert.deepEqual(await commands.getSources?.(), {
    ...{ one: file("a.ts"), two: file("b.mjs"), Help: file("b.mjs"), three: file("c.ts") },
  });
  await host.shutdown();
});

test("what is wrong with a file is told in its problem and in the log, and the others are there", async () => {
  const { folder, host } = hostWith({
    "broken.ts": `throw new Error("no luck");`,
    "empty.ts": `export const limit = 5;`,
    "good.ts": `export default { name: "good", help: "Good", run: () => "" };`,
    "helpless.ts": `export default { name: "helpless", run: () => "" };`,
    "idle.ts": `export default { name: "idle", help: "Idle" };`,
    "later.ts": `export default { name: "later", help: "Later", skeleton: "^99", run: () => "" };`,
    "nameless.ts": `export default { help: "Nameless", run: () => "" };`,
    "slash.ts": `export default { name: "/slash", help: "Slash", run: () => "" };`,
    "usage.ts": `export default { name: "usage", help: "Usage", usage: "[b] <a>", run: () => "" };`,
    "wordy.ts": `export default { name: "wordy", help: "Wordy", complete: [], run: () => "" };`,
  });
  const commands = await host.get("commands");
  assert.equal((await commands.getCommands()).at(-1)?.name, "good");
  const told = (await commands.getProblems()).map(({ source, problem }) => [
    source.slice(`${folder}/commands/`.length),
    problem.replace(/\(this is .*\)|; this is .*/, ""),
  ]);
  assert.deepEqual(told, [
    ["broken.ts", "cannot be loaded: Error: no luck"],
    ["empty.ts", "exports no command: a default export with name, help and run is what is looked for"],
    ["helpless.ts", "helpless: help is missing"],
    ["idle.ts", "idle: run is not a function"],
    ["later.ts", told.find(([file]) => file === "later.ts")?.[1]],
    ["nameless.ts", "its command has no name"],
    ["slash.ts", "/slash: a name has letters, digits, _, - and :, at most 50, and no slash"],
    ["usage.ts", 'usage: usage is not written like "<model> [note]"'],
    ["wordy.ts", "wordy: complete is not a function"],
  ]);
  assert.match(told.find(([file]) => file === "later.ts")?.[1] ?? "", /^is for Skeleton \^99/);
  assert.equal(host.logged.filter(({ level }) => level === "error").length, told.length);
  await host.shutdown();
});

test("a new file is loaded when it is looked again, and one that is gone gives back what it had replaced", async () => {
  const { folder, host } = hostWith({
    "a.ts": `export default { name: "one", help: "One", run: () => "1" };`,
    "help.ts": `export default { name: "help", help: "Mine", run: () => "no help" };`,
  });
  const commands = await host.get("commands");
  const helps = async (name: string) =>
    (await commands.getCommands()).find((each) => each.name === name)?.help;
  assert.deepEqual([await helps("one"), await helps("help")], ["One", "Mine"]);
  writeFileSync(
    join(folder, "commands", "b.ts"),
    `export default { name: "two", help: "Two", run: () => "2" };`,
  );
  rmSync(join(folder, "commands", "help.ts"));
  await commands.reload?.();
  assert.deepEqual([await helps("two"), await helps("help")], ["Two", "List the commands"]);
  await host.shutdown();
});

test("a command that answers neither text nor object is told to whoever reads the log", async () => {
  const { host } = hostWith({ "odd.ts": `export default { name: "odd", help: "Odd", run: () => 5 };` });
  const commands = await host.get("commands");
  const fail = () => assert.fail("no turn is asked for");
  const turns = { start: fail, stop: fail, running: async () => new Map() };
  await assert.rejects(commands.run("/odd", { userId: "ada", turns }), /\/odd returned neither a text/);
  await host.shutdown();
});
