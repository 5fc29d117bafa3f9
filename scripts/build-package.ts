/**
 * Builds into `dist` what npm ships and what `npm start` runs; with `--if-stale`, only when a source is newer. Node strips
 * no types inside node_modules, and JavaScript takes a fifth less memory than TypeScript that is stripped as it runs.
 * `dist/src` is `src` compiled with declarations beside it, `dist/web/dist` the built page, in the same places to each
 * other as in a clone.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundleServer } from "./bundle-server.ts";
import { newest } from "./newest.ts";

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const run = (script: string, ...args: readonly string[]) =>
  execFileSync(process.execPath, [at(script), ...args], { cwd: at("."), stdio: "inherit" });

run("scripts/build-web.ts", "--if-stale");

const marker = at("dist/src/cli/skeleton.js"); // what is written last
const sources = ["src", "scripts", "tsconfig.json", "package-lock.json", "web/dist/index.html"].map(at);
if (process.argv.includes("--if-stale") && newest([marker]) > newest(sources)) process.exit(0);

console.error("Building the server.");
rmSync(at("dist"), { recursive: true, force: true });
mkdirSync(at("dist"));
const settings = {
  extends: "../tsconfig.json",
  // `npm run check` is where types are checked.
  compilerOptions: { noEmit: false, noCheck: true, declaration: true, rootDir: "..", outDir: "." },
  include: ["../src"],
  exclude: ["../src/**/*.test.ts", "../src/core/**/test-*.ts"],
};
writeFileSync(at("dist/tsconfig.json"), JSON.stringify(settings));
run("node_modules/typescript/bin/tsc", "-p", "dist/tsconfig.json");
rmSync(at("dist/tsconfig.json"));
await bundleServer(at("dist/src"));

cpSync(at("web/dist"), at("dist/web/dist"), { recursive: true });
cpSync(at("src/cli/skeleton.js"), marker);
