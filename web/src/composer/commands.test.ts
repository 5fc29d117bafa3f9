import assert from "node:assert/strict";
import { test } from "node:test";
import { argumentsFor, namesFor, type PageCommand, pageCommandIn } from "./commands.ts";

const theme: PageCommand = {
  ...{ name: "theme", help: "Light or dark", usage: "<theme>" },
  complete: [{ value: "light" }, { value: "dark-Mode" }],
  run: () => {},
};
const commands = [
  { name: "roles", help: "List" },
  { name: "role", help: "Choose", usage: "<role>" },
  { name: "export", help: "Export", usage: "[format]" },
  theme,
];
const names = (text: string) => namesFor(text, commands).map((one) => one.text);
const values = (text: string) => argumentsFor(text, [theme]).map((one) => one.text);

test("a slash shows all commands, more letters fewer, and the very name comes first", () => {
  assert.deepEqual(names("/"), ["/roles", "/role ", "/export", "/theme "]);
  assert.deepEqual(names("/RO"), ["/roles", "/role "]);
  assert.deepEqual(names("/role"), ["/role ", "/roles"]);
  assert.deepEqual(names("/x"), []);
});

test("what must have an argument cannot be run by its name alone", () => {
  const whole = Object.fromEntries(namesFor("/", commands).map((one) => [one.label, one.whole]));
  assert.deepEqual(whole, { "/roles": true, "/role": false, "/export": true, "/theme": false });
});

test("behind the name of a command of the page stands what could be its argument", () => {
  assert.deepEqual(values("/theme "), ["/theme light", "/theme dark-Mode"]);
  assert.deepEqual(values("/THEME mode"), ["/theme dark-Mode"]);
  for (const text of ["/theme", "/theme x", "/role "]) assert.deepEqual(values(text), [], text);
});

test("what only looks like a command is something to say", () => {
  for (const text of ["/theme\ndark", "say /theme", " /theme dark", "", "/theme/dark", "1/2"]) {
    assert.deepEqual([names(text), pageCommandIn(text, [theme])], [[], undefined], text);
  }
});

test("a command of the page is found with its argument, also with none", () => {
  assert.equal(pageCommandIn("/theme  dark ", [theme])?.argument, "dark");
  assert.equal(pageCommandIn("/THEME", [theme])?.argument, "");
});
