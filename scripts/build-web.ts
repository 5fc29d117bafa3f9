/** Builds the page into `web/dist`. With `--if-stale`, only when a source is newer than the last build. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { newest } from "./newest.ts";

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** What the page is made of: a change in any of these makes the build stale. */
const sources = [
  "web/index.html",
  "web/frames",
  "web/src",
  "src/lib",
  "src/protocols",
  "src/turns",
  "scripts",
  "package-lock.json",
];

if (process.argv.includes("--if-stale") && newest([at("web/dist/index.html")]) > newest(sources.map(at)))
  process.exit(0);

console.error("Building the page, which takes a while.");
// Loaded only now: a build that is fresh is known as such in a few milliseconds.
const [{ build }, { webConfig }] = await Promise.all([import("vite"), import("./web-config.ts")]);
await build({ ...webConfig, logLevel: process.argv.includes("--if-stale") ? "warn" : "info" });
compress(at("web/dist/static"));

/** Beside each text file a smaller one, made once here so that no request waits for it. */
function compress(folder: string): void {
  const settings = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  for (const name of readdirSync(folder).filter((file) => /\.(js|css|svg)$/.test(file))) {
    const text = readFileSync(`${folder}/${name}`);
    writeFileSync(`${folder}/${name}.br`, brotliCompressSync(text, settings));
    writeFileSync(`${folder}/${name}.gz`, gzipSync(text, { level: 9 }));
  }
}
