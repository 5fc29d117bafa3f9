import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, light, dark]) => [
    name,
    [light ?? "", dark ?? ""] as const,
  ]),
);

test("code can be read in every colour it has, in both themes: 4.5 to 1 at least", () => {
  const ground = tokens.get("sunken");
  const colours = [...tokens].filter(([name]) => /^code-|^(?:quiet|good|bad|text)$/.test(name ?? ""));
  assert.ok(ground !== undefined && colours.length >= 10);
  for (const [name, shades] of colours) {
    for (const theme of [0, 1] as const) {
      const found = contrast(shades[theme], ground[theme]);
      assert.ok(found >= 4.5, `${name} in ${theme === 0 ? "light" : "dark"}: ${found.toFixed(2)}`);
    }
  }
});

/** After WCAG 2.2. */
function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
