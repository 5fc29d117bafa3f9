import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import { checkConfig } from "./check-config.ts";
import { otherVariables } from "./config-environment.ts";
import { allowed, type SchemaNode, type Setting, settings } from "./config-schema.ts";

const file = new URL("../../docs/configuration.md", import.meta.url);
const begin =
  "<!-- settings: begin; UPDATE_DOCS=1 npm test -- src/host/configuration-docs.test.ts && npm run fix -->\n";
const end = "<!-- settings: end -->";

/** A row a setting; what a provider's entry holds has rows of its own. */
function table(): string {
  const inside = ({ key, path, node }: Setting): readonly Setting[] => {
    const [entry] = Object.values(node.patternProperties ?? {});
    return entry?.properties === undefined
      ? []
      : settings(entry, [...path, "<name>"]).map((each) => ({ ...each, key: each.path.join(".") || key }));
  };
  const all = settings().flatMap((setting) => [setting, ...inside(setting)]);
  const rows = all.map(({ key, node, group }) => {
    const kind = allowed(node) === "a text" ? undefined : sentence(allowed(node));
    const words = [kind, group, node.description].filter((text) => text !== undefined);
    const variable = variablesOf(node)
      .map((name) => `\`${name}\``)
      .join(", ");
    return `| \`${key}\` | ${variable} | ${defaultOf(node)} | ${words.join(" ")} |`;
  });
  return ["", "| key | variable | default | what it is |", "|---|---|---|---|", ...rows, "", ""].join("\n");
}

const variablesOf = (node: SchemaNode): readonly string[] =>
  node.env === undefined ? [] : [node.env, ...(node.envBefore ?? [])];

const defaultOf = (node: SchemaNode): string =>
  node.default === undefined
    ? ""
    : `\`${typeof node.default === "string" ? node.default || '""' : JSON.stringify(node.default)}\``;

/** Without the blanks and dashes by which the formatter lines columns up. */
const cells = (text: string): string =>
  text
    .replaceAll(/ *\| */g, "|")
    .replaceAll(/-{3,}/g, "---")
    .trim();

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

test("the page on configuration lists every setting with its variable, default and meaning", () => {
  const text = readFileSync(file, "utf8");
  const start = text.indexOf(begin) + begin.length;
  const stop = text.indexOf(end);
  assert.ok(text.includes(begin) && stop >= start, "the page has its marks");
  const [old, expected] = [text.slice(start, stop), table()];
  if (process.env.UPDATE_DOCS === "1")
    writeFileSync(file, text.slice(0, start) + expected + text.slice(stop));
  else assert.equal(cells(old), cells(expected), "the page is old: run the command in its mark");
});

test("the example on the page is a configuration that the server takes", () => {
  const example = /```yaml\n# skeleton\.yaml\n(.*?)```/s.exec(readFileSync(file, "utf8"))?.[1];
  const checked = checkConfig(parse(example ?? ""));
  assert.ok("config" in checked, JSON.stringify(checked));
  assert.equal(checked.config.port, 8080);
});

test("every setting says what it is", () => {
  const silent = settings().filter(({ node }) => node.description === undefined);
  assert.deepEqual(
    silent.map(({ key }) => key),
    [],
  );
});

test("no two settings share a variable", () => {
  const variables = settings().flatMap(({ node }) => variablesOf(node));
  assert.deepEqual([...new Set(variables)], variables);
});

test("the page names every variable of ours that sets no key", () => {
  const text = readFileSync(file, "utf8");
  for (const name of otherVariables) assert.ok(text.includes(`| \`${name}\``), name);
});
