/**
 * The package as npm ships it, installed somewhere else. This needs the npm registry (or npm's cache of it): it is the
 * only way to see that what is declared as a dependency is all that is needed.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { hurryDemo, newFolder, runSkeleton, startServing } from "../cli/skeleton-process.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}`;
/** Without what an outer npm tells its scripts about the outer package. */
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("npm_"))),
  PATH: path,
};

let folder: string;
let binary: string;

before(async () => {
  folder = newFolder();
  // What npm does before it packs, without what npm itself takes for it.
  await run(process.execPath, ["scripts/build-package.ts", "--if-stale"], { cwd: root, env });
  await run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder], {
    cwd: root,
    env,
  });
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "nothing was packed";
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", private: true }));
  const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--omit=dev"];
  await run("npm", ["install", ...quiet, `./${tarball}`], { cwd: folder, env });
  binary = join(folder, "node_modules", ".bin", "skeleton");
});

test("its binary answers, serves the page from what was packed, and stops", async () => {
  const { stdout } = await run(binary, ["--help"], { cwd: folder, env });
  assert.match(stdout, /Usage: skeleton/);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  assert.equal((await run(binary, ["--version"], { cwd: folder, env })).stdout.trim(), version);
  const { url, child, finished } = await startServing([], {
    ...{ binary, cwd: folder },
    env: { SKELETON_MODE: "ephemeral" },
  });
  assert.deepEqual(await (await fetch(`${url}/health`)).json(), { status: "ok" });
  const page = await fetch(url);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<script[^>]+src="\.\/static\/app\.js"/);
  assert.equal((await fetch(`${url}/static/app.js`)).status, 200);
  child.kill("SIGTERM");
  assert.equal((await finished()).code, 0);
});

test("a database on the disk works: its threads are found where they were compiled to", async () => {
  const cwd = newFolder();
  hurryDemo(cwd, join(folder, "node_modules/skeleton-chat/dist/src/core/models/plugin.js"));
  assert.equal(
    (await runSkeleton(["users", "-u", "ada", "-p", "-"], { binary, cwd, input: "a long password" })).code,
    0,
  );
  const { code, stdout } = await runSkeleton(["ask", "-m", "demo", "hello"], { binary, cwd });
  assert.equal(code, 0);
  assert.match(stdout, /scripted demo/);
  assert.ok(existsSync(join(cwd, "skeleton.db")));
});

test("contracts and suites can be imported by name, with their types", async () => {
  writeFileSync(
    join(folder, "plugin.ts"),
    `import type { CorePlugin } from "skeleton-chat/protocols/plugin";
     import { modelContract } from "skeleton-chat/testkit/model-contract";
     export const suite: typeof modelContract = modelContract;
     export default {
       role: "model", name: "echo",
       create: () => ({ listModels: async () => ["echo"], async *generate(request, signal) {
         signal.throwIfAborted();
         yield [{ event: "message_tokens", data: { content: request.model, model: "echo" } }];
       } }),
     } satisfies CorePlugin<"model">;
     // @ts-expect-error: the types are really there
     export const wrong: CorePlugin<"model"> = { role: "auth" };`,
  );
  const options = { target: "esnext", module: "nodenext", strict: true, noEmit: true, types: ["node"] };
  const compilerOptions = { ...options, typeRoots: [join(root, "node_modules/@types")] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["plugin.ts"] }));
  await run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder]);
  const script = `const { modelContract } = await import("skeleton-chat/testkit/model-contract"); console.log(typeof modelContract)`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { cwd: folder });
  assert.equal(stdout.trim(), "function");
});

test("the plugin library is packed without its tests, and a copy of a plugin is a plugin", async () => {
  const library = join(folder, "node_modules/skeleton-chat/plugin-library");
  const packed = readdirSync(library, { recursive: true, encoding: "utf8" });
  for (const file of ["README.md", "core/ldap.ts", "functions/auto-title.ts", "pages/oidc.ts"])
    assert.ok(packed.includes(file), file);
  assert.deepEqual(
    packed.filter((file) => file.endsWith(".test.ts")),
    [],
  );
  const cwd = newFolder();
  for (const file of ["tools/calculator.ts", "tools/current-time.ts", "functions/auto-title.ts"]) {
    mkdirSync(join(cwd, "plugins", dirname(file)), { recursive: true });
    copyFileSync(join(library, file), join(cwd, "plugins", file));
  }
  const { code, stdout, stderr } = await runSkeleton(["plugins"], { binary, cwd });
  assert.equal(code, 0, stderr);
  for (const name of ["calculator", "current_time", "auto-title"])
    assert.match(stdout, new RegExp(`\\b${name}\\b`));
});

/** A Node on this machine that is too old. */
async function oldNode(): Promise<string | undefined> {
  for (const place of new Set((process.env.PATH ?? "").split(delimiter))) {
    const node = join(place, "node");
    if (!existsSync(node)) continue;
    const { stdout } = await run(node, ["--version"]);
    if (Number.parseInt(stdout.slice(1), 10) < 24) return node;
  }
  return undefined;
}

test("a Node that is too old hears one sentence", async (t) => {
  const node = await oldNode();
  if (node === undefined) return t.skip("this machine has no old Node");
  await assert.rejects(run(node, [binary, "--help"]), (error: { code: number; stderr: string }) => {
    assert.equal(error.code, 1);
    assert.match(error.stderr, /^Skeleton needs Node 24 or newer, and this is Node [\d.]+: .+\n$/);
    return true;
  });
});
