#!/usr/bin/env node
// Everything else is loaded after this check: an old Node would stumble over it with a riddle.
import { nodeFault } from "./node-version.ts";

const fault = nodeFault(process.versions.node);
if (fault === undefined) {
  const { runCommandLine } = await import("./run-command-line.ts");
  await runCommandLine(process.argv.slice(2), () => import("../main.ts"));
} else {
  process.stderr.write(`${fault}\n`);
  process.exitCode = 1;
}
