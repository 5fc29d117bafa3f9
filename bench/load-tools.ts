import { join } from "node:path";
import type { createFileSource as Create } from "../src/core/tools/files/file-source.ts";
import type { testHost as TestHost } from "../src/testkit/test-host.ts";

/* A process of its own, since Node imports a file only once: loads the tools of a folder and prints how many ms that took. */
const [folder = ""] = process.argv.slice(2);
const built = (path: string) => import(new URL(`../dist/src/${path}`, import.meta.url).href);
const { createFileSource }: { createFileSource: typeof Create } = await built(
  "core/tools/files/file-source.js",
);
const { testHost }: { testHost: typeof TestHost } = await built("testkit/test-host.js");
const host = testHost({ config: { plugins_path: join(folder, "plugins"), data_path: folder } });
const began = performance.now();
const source = await createFileSource(host);
const tookMs = performance.now() - began;
const { length } = await source.tools("anybody");
await host.shutdown(); // what was read is kept by then
process.stdout.write(`${JSON.stringify({ tookMs, tools: length })}\n`);
