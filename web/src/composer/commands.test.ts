import assert from "node:assert/strict";
import { test } from "node:test";
import { commandIn, type PageCommand, suggestions } from "./commands.ts";

const command = (name: string, more: Partial<PageCommand> = {}): PageCommand => ({
  name,
  help: `does ${name}`,
  run: () => undefined,
  ...more,
});
const commands = [
  command("new"),
  command("model", { usage: "<name>", complete: [{ value: "alpha" }, { value: "beta-Mini" }] }),
  command("rename", { usage: "<title>" }),
];
const texts = (text: string) => suggestions(text, commands).map((one) => one.text);

test("a slash shows all commands, more letters fewer", () => {
  assert.deepEqual(texts("/"), ["/new", "/model ", "/rename "]);
  assert.deepEqual(texts("/M"), ["/model "]);
  assert.deepEqual(texts("/x"), []);
});

test("behind the name stands what could be its argument", () => {
  assert.deepEqual(texts("/model "), ["/model alpha", "/model beta-Mini"]);
  assert.deepEqual(texts("/model mini"), ["/model beta-Mini"]);
  assert.deepEqual(texts("/rename bones"), []);
});

test("what only looks like a command is something to say", () => {
  for (const text of ["/etc/hosts", "/new\nchat", "say /new", "", "/nothing here", "1/2"]) {
    assert.deepEqual([texts(text), commandIn(text, commands)], [[], undefined], text);
  }
});

test("a command is found with its argument, also with none", () => {
  assert.equal(commandIn("/rename  Bones and all ", commands)?.argument, "Bones and all");
  assert.equal(commandIn("/model", commands)?.argument, "");
  assert.equal(commandIn("/NEW", commands)?.command.name, "new");
});
