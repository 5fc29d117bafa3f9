import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { SkeletonError } from "../lib/errors.ts";

const limitMs = 120_000;

/**
 * Checks a file's types with the TypeScript that it, the working folder or Skeleton itself has.
 * @returns what was found when all is well. @throws `plugin_invalid` with the faults.
 */
export async function checkTypes(file: string): Promise<string> {
  if (!/\.m?ts$/.test(file)) return "nothing to check in JavaScript";
  const typescript = findTypescript(file);
  if (typescript === undefined)
    return "not checked, for TypeScript is not installed (`npm install typescript`)";
  const folder = await mkdtemp(join(tmpdir(), "skeleton-types-"));
  try {
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(settings(file, typescript)));
    await run(join(typescript, compilerOf(typescript)), folder);
    return "fit";
  } finally {
    await rm(folder, { recursive: true });
  }
}

function findTypescript(file: string): string | undefined {
  for (const place of [file, join(process.cwd(), "here.js"), import.meta.url]) {
    const from = place.startsWith("file:") ? place : pathToFileURL(place);
    for (const folder of createRequire(from).resolve.paths("typescript") ?? [])
      if (existsSync(join(folder, "typescript", "package.json"))) return join(folder, "typescript");
  }
  return undefined;
}

function compilerOf(typescript: string): string {
  const { bin } = JSON.parse(readFileSync(join(typescript, "package.json"), "utf8")) as {
    readonly bin: { readonly tsc: string };
  };
  return bin.tsc;
}

/** What Node runs as it is, checked strictly. */
function settings(file: string, typescript: string): object {
  const types = join(dirname(typescript), "@types");
  const node = existsSync(join(types, "node")) ? { typeRoots: [types], types: ["node"] } : { types: [] };
  return {
    compilerOptions: {
      ...{ noEmit: true, strict: true, target: "esnext", module: "preserve", skipLibCheck: true },
      ...{ erasableSyntaxOnly: true, verbatimModuleSyntax: true, allowImportingTsExtensions: true },
      ...node,
    },
    files: [file],
  };
}

async function run(compiler: string, folder: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // In the working folder, so that faults name files as they are seen from there.
  execFile(process.execPath, [compiler, "-p", folder], { timeout: limitMs }, (error, stdout, stderr) => {
    if (error === null) return resolve();
    reject(
      new SkeletonError("plugin_invalid", (stdout || stderr || error.message).trim(), {
        hint: "Correct the types; the contracts are in the protocols folder.",
      }),
    );
  });
  return promise;
}
