import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Frame, Page } from "playwright-core";

/** Read once it is asked for, and put into a document once something is looked for in it: it is half a megabyte. */
let source: string | undefined;

/** Looking behind each piece of text for its background is half of all that axe does. */
const colourRules = ["color-contrast", "link-in-text-block"];

/**
 * What axe finds wrong in a page and its frames as they stand: of each rule the elements, and how to mend them.
 * @param what it looks at: colours, all else, or both.
 */
export async function axeFaults(
  page: Page,
  what: "all" | "colours" | "all but colours" = "all",
): Promise<readonly object[]> {
  await Promise.all(page.frames().map(bringAxe));
  // What is well is not listed: telling each of those elements is most of its work.
  const options = {
    resultTypes: ["violations"],
    ...(what === "colours" && { runOnly: colourRules }),
    ...(what === "all but colours" && {
      rules: Object.fromEntries(colourRules.map((rule) => [rule, { enabled: false }])),
    }),
  };
  const { violations } = await page.evaluate<{ violations: Violation[] }>(
    `axe.run(${JSON.stringify(options)})`,
  );
  return violations.map(({ id, nodes }) => ({
    id,
    nodes: nodes.map(({ html, failureSummary }) => [html, failureSummary]),
  }));
}

type Violation = { id: string; nodes: { html: string; failureSummary: string }[] };

async function bringAxe(frame: Frame): Promise<void> {
  if (await frame.evaluate(`typeof axe === "object"`)) return;
  source ??= readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
  await frame.evaluate(source);
}
