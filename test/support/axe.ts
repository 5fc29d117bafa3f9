import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Frame, Page } from "playwright-core";

/** Read once it is asked for, and put into a document once something is looked for in it: it is half a megabyte. */
let source: string | undefined;

/** What axe finds wrong in a page and its frames as they stand: of each rule the elements, and how to mend them. */
export async function axeFaults(page: Page, rules?: readonly string[]): Promise<readonly object[]> {
  await Promise.all(page.frames().map(bringAxe));
  // What is well is not listed: telling each of those elements is most of its work.
  const options = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
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
