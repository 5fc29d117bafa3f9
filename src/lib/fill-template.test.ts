import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Json } from "../protocols/json.ts";
import { fillTemplate, readTemplate } from "./fill-template.ts";

const payload: Json = {
  issue: { title: "It breaks", number: 7, body: null, labels: [{ name: "bug" }], open: true },
};

const filled = (text: string, from: Json = payload) => fillTemplate(readTemplate(text), from);

test("values are put in by their paths; what is no text becomes JSON", () => {
  assert.equal(filled("#{{ issue.number }}: {{issue.title}}"), "#7: It breaks");
  assert.equal(filled("{{ issue.labels.0.name }} {{ issue.labels }}"), 'bug [{"name":"bug"}]');
  assert.equal(
    filled("{{ issue.open }} {{ . }}", { issue: { open: false } }),
    'false {"issue":{"open":false}}',
  );
  assert.equal(filled("no places, { braces } }}"), "no places, { braces } }}");
});

test("a path that leads to nothing is named; one with a question mark stays empty", () => {
  for (const path of [
    "issue.boddy",
    "issue.body",
    "issue.labels.1.name",
    "issue.title.length",
    "issue.labels.length",
  ])
    assert.throws(() => filled(`{{ ${path} }}`), {
      code: "bad_input",
      message: new RegExp(path.replaceAll(".", "\\.")),
    });
  for (const path of ["__proto__", "constructor.name", "issue.toString"])
    assert.throws(() => filled(`{{ ${path} }}`), { code: "bad_input" });
  assert.equal(filled("[{{ issue.body? }}{{ nothing.at.all? }}]"), "[]");
});

test("what is no path is refused when it is read", () => {
  for (const text of [
    "{{ a b }}",
    "{{ }}",
    "{{ a | upper }}",
    "{{ a..b }}",
    "{{ f() }}",
    "{{ a",
    "{{ a['b'] }}",
  ])
    assert.throws(() => readTemplate(text), { code: "config_invalid" }, text);
});

test("what was sent is never read as a template", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.equal(filled("<{{ a }}>", { a: text }), `<${text}>`);
    }),
  );
  assert.equal(filled("{{ a }}", { a: "{{ secret }}", secret: "s" }), "{{ secret }}");
});

test("neither a text of blanks nor a long value in many places holds anybody up", () => {
  const before = process.threadCpuUsage();
  for (const text of [`{{${" ".repeat(3000)}`, `{{${" ".repeat(3000)}a b}}`, "{{".repeat(3000)])
    assert.throws(() => readTemplate(text), { code: "config_invalid" });
  assert.equal(filled(`{{${" ".repeat(3000)}a\n}}`, { a: "x" }), "x");
  assert.throws(() => filled("{{ a }}".repeat(200), { a: "x".repeat(1_000_000) }), { code: "bad_input" });
  const { user, system } = process.threadCpuUsage(before);
  assert.ok(user + system < 1_000_000, `${(user + system) / 1000} ms`);
});
