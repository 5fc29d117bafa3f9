import assert from "node:assert/strict";
import { test } from "node:test";
import { type CommandAnswerRow, commandAnswerRow } from "../lib/command-row.ts";
import type { CommandAnswer } from "../protocols/command.ts";
import { printCommand } from "./print-command.ts";

/** What is printed, and whether it counts as done. */
function printed(answer: CommandAnswer, more: { json?: boolean; inThread?: boolean } = {}) {
  let out = "";
  let err = "";
  const said: CommandAnswerRow = commandAnswerRow(answer);
  const done = printCommand(said, {
    ...{ json: false, inThread: false, ...more },
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { out, err, done };
}

test("a text is printed as it reads, without the escapes of Markdown", () => {
  assert.deepEqual(printed({ text: "1. a\\*b (\\<c>)" }), { out: "1. a*b (<c>)\n", err: "", done: true });
});

test("what cannot be done is told on stderr", () => {
  assert.deepEqual(printed({ text: "No.", failed: true }), { out: "", err: "No.\n", done: false });
});

test("a file is stdout by itself, so that it can be kept", () => {
  const effect = { kind: "file", name: "a.md", mediaType: "text/markdown", content: "# A" } as const;
  assert.deepEqual(printed({ text: "Exported as `a.md`.", effect }), {
    ...{ out: "# A\n", err: "Exported as `a.md`.\n", done: true },
  });
});

test("says what a command line keeps of a choice or a new chat, and nothing more in a thread", () => {
  const chosen = { text: "Model set to: m", effect: { kind: "choose", choice: { model: "m" } } } as const;
  assert.match(printed(chosen).err, /--thread ID.*--model/);
  assert.equal(printed(chosen, { inThread: true }).err, "");
  const fresh = printed({ text: "", effect: { kind: "new_chat" } });
  assert.deepEqual(fresh, { out: "", err: "A question without --thread begins a new chat.\n", done: true });
});

test("as JSON it is one line with everything", () => {
  const effect = { kind: "choose", choice: { systemPrompt: "p", planMode: null } } as const;
  const { out, err } = printed({ text: "*", effect }, { json: true });
  assert.deepEqual(JSON.parse(out), {
    event: "command",
    data: { text: "*", effect: { kind: "choose", choice: { system_prompt: "p", plan_mode: null } } },
  });
  assert.equal(err, "");
});
