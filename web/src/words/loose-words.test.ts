import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parseSync } from "@swc/core";

const root = fileURLToPath(new URL("../", import.meta.url));
const files = globSync("**/*.{ts,tsx}", { cwd: root }).filter(
  (file) => !file.endsWith(".test.ts") && !file.startsWith("words/"),
);

/** Names are the same in every language, and a state of an ARIA attribute is no word. */
const names = new Set(["Skeleton", "true", "false"]);
/** Attributes that are never read out or shown. */
const technical =
  /^(?:className|id|key|type|role|href|rel|target|style|lang|dir|d|viewBox|fill|stroke|method|autoComplete|autoCapitalize|autoCorrect|inputMode|enterKeyHint|data-.*|aria-(?:keyshortcuts|controls|labelledby|describedby|live|current|haspopup|autocomplete|relevant|hidden|orientation))$/;

type Node = { readonly type: string } & Record<string, unknown>;
const isNode = (value: unknown): value is Node =>
  typeof (value as { type?: unknown } | null | undefined)?.type === "string";

/** Texts in the source that a reader would see or hear although no catalogue has them. */
function looseWords(source: string, tsx = true): readonly string[] {
  const loose: string[] = [];
  const say = (text: string) => {
    if (/\p{L}{2}/u.test(text) && !names.has(text.trim())) loose.push(text.trim());
  };

  /** The texts that an expression may come to: those of a condition's branches, but not what it asks. */
  const shown = (node: unknown): void => {
    if (!isNode(node)) return;
    if (node.type === "StringLiteral" || node.type === "JSXText") say(String(node.value));
    else if (node.type === "TemplateLiteral")
      say((node.quasis as { cooked: string }[]).map(({ cooked }) => cooked).join("…"));
    else if (node.type === "ConditionalExpression") [node.consequent, node.alternate].forEach(shown);
    else if (node.type === "BinaryExpression" && ["&&", "||", "??", "+"].includes(String(node.operator)))
      [...(node.operator === "&&" ? [] : [node.left]), node.right].forEach(shown);
    else if (["ParenthesisExpression", "JSXExpressionContainer"].includes(node.type)) shown(node.expression);
  };

  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    if (!isNode(value) && (typeof value !== "object" || value === null)) return;
    if (isNode(value)) {
      if (value.type === "JSXElement" || value.type === "JSXFragment")
        (value.children as unknown[]).forEach(shown);
      if (value.type === "JSXAttribute") {
        const name = String((value.name as { value?: string }).value);
        const heard = /^(?:aria-|title$|alt$|placeholder$|label$)/.test(name);
        const before = loose.length;
        if (!technical.test(name)) shown(value.value);
        // What a component is handed may be a word for itself ("narrow"), but hardly a sentence.
        if (!heard) loose.push(...loose.splice(before).filter((text) => /^\p{Lu}|\s/u.test(text)));
      }
      if (value.type === "NewExpression" && /Error$/.test(String((value.callee as { value?: string }).value)))
        return;
      if (value.type === "StringLiteral" && /^\p{Lu}\p{Ll}* .*[.?!…]$/u.test(String(value.value)))
        say(String(value.value));
    }
    Object.values(value as object).forEach(walk);
  };
  walk(parseSync(source, { syntax: "typescript", tsx, target: "esnext" }));
  return [...new Set(loose)];
}

test("loose words are found wherever they hide, and nothing else is", () => {
  const source = `
    const a = <p title="A tooltip" className="some class" data-x="Some thing">Plain text {busy ? "One moment" : words.save}</p>;
    const b = <Notice mend="Try again" kind="narrow" error={failed && \`Not \${n} done\`} aria-label={on ? "close" : words.open} />;
    const c = mode === "Not shown" ? "kept" : "This was on its way.";
    throw new Error("Only developers read this.");
    const d = <b>Skeleton · 7</b>;
    const e = <Skeleton>{key === "Enter" && <i>inside</i>}</Skeleton>;`;
  assert.deepEqual(
    new Set(looseWords(source)),
    new Set([
      "A tooltip",
      "Plain text",
      "One moment",
      "Try again",
      "Not … done",
      "close",
      "This was on its way.",
      "Skeleton · 7",
      "inside",
    ]),
  );
});

test("everything that the page says comes from a catalogue", () => {
  const found = files.flatMap((file) =>
    looseWords(readFileSync(root + file, "utf8"), file.endsWith("x")).map((text) => `${file}: ${text}`),
  );
  assert.deepEqual(found, []);
});
