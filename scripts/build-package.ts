/**
 * Builds what npm ships into `dist`: Node strips no types inside node_modules, so the package is JavaScript with
 * declarations beside it. `dist/src` is `src` compiled, `dist/web/dist` the built page, in the same places to each other
 * as in a clone.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const run = (script: string, ...args: readonly string[]) =>
  execFileSync(process.execPath, [at(script), ...args], { cwd: at("."), stdio: "inherit" });

run("scripts/build-web.ts", "--if-stale");

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

cpSync(at("src/cli/skeleton.js"), at("dist/src/cli/skeleton.js"));
cpSync(at("web/dist"), at("dist/web/dist"), { recursive: true });
