#!/usr/bin/env node
// JavaScript, so that any Node can read it: an old one is told so here, and would stumble over the rest with a riddle.
// Everything else is loaded after this.
import { existsSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";
import v8 from "node:v8";

/** The first version that runs everything here. */
const oldest = 24;

if (Number.parseInt(process.versions.node, 10) < oldest) {
  process.stderr.write(
    `Skeleton needs Node ${oldest} or newer, and this is Node ${process.versions.node}: install a newer one from https://nodejs.org.\n`,
  );
  process.exitCode = 1;
} else {
  // Answers grow the heap and leave it again. With V8's own small steps it would be searched for garbage several times a
  // second, which was an eighth of what a token costs; an idle server gives the memory back all the same.
  v8.setFlagsFromString("--heap-growing-percent=200");
  const ending = existsSync(new URL("./run-command-line.ts", import.meta.url)) ? "ts" : "js";
  if (ending === "ts") keepCompiled();
  const { runCommandLine } = await import(`./run-command-line.${ending}`);
  await runCommandLine(process.argv.slice(2), () => import(`../main.${ending}`));
}

/**
 * Run from its TypeScript, what was compiled once is kept for the next start. It halves the time that loading takes, and
 * saves the memory of the program that strips types, here and in every worker. Where nothing can be written it is not
 * kept, and that is all. The built JavaScript loads as fast without it, and Node would hold on to what it has read.
 */
function keepCompiled() {
  const folder = new URL("../../node_modules/.cache/compiled/", import.meta.url);
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(folder); // where workers look
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
}
