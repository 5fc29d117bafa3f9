/*
 * Adds to package-lock.json the optional packages of other platforms that are missing from it. A registry mirror that
 * lacks them makes npm write an incomplete lock, which `npm ci` then refuses. Run it after `npm install` on such a mirror:
 * `node scripts/complete-lock.ts`. The entries have no checksum, since nothing was fetched.
 */
import { readFileSync, writeFileSync } from "node:fs";

type Entry = {
  version?: string;
  dev?: boolean;
  devOptional?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
};

type Lock = { packages: Record<string, Entry> };

const systems = [
  "android",
  "darwin",
  "freebsd",
  "linux",
  "win32",
  "openbsd",
  "netbsd",
  "sunos",
  "aix",
  "openharmony",
];
/** As some packages call them. */
const shortNames = { linuxmusl: "linux", mac: "darwin", win: "win32" };

const processors = [
  "arm64",
  "x64",
  "ia32",
  "arm",
  "riscv64",
  "ppc64",
  "s390x",
  "loong64",
  "mips64el",
  "wasm32",
];

const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lock;
const added: string[] = [];
for (const [path, parent] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(parent.optionalDependencies ?? {})) {
    if (isLocked(path, name)) continue;
    lock.packages[`node_modules/${name}`] = entryFor(name, range, parent);
    added.push(`${name}@${range}`);
  }
}
if (added.length > 0) {
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en")),
  );
  writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
}
console.log(added.length === 0 ? "The lock is complete." : `Added ${added.length}:\n${added.join("\n")}`);

/** Whether a package at `path` would find `name`: beside its own modules, or in any folder above. */
function isLocked(path: string, name: string): boolean {
  const folders = path.split(/\/?node_modules\//).slice(1);
  for (let depth = folders.length; depth >= 0; depth -= 1) {
    const above = folders
      .slice(0, depth)
      .map((folder) => `node_modules/${folder}/`)
      .join("");
    if (lock.packages[`${above}node_modules/${name}`]) return true;
  }
  return false;
}

function entryFor(name: string, range: string, parent: Entry): Entry {
  const words = name.replace(/^@[^/]+\//, "").split(/[-_]/);
  const system =
    words.find((word) => systems.includes(word)) ??
    Object.entries(shortNames).find(([word]) => words.includes(word))?.[1];
  const processor = words.find((word) => processors.includes(word));
  const musl = words.some((word) => word.includes("musl"));
  const gnu = words.some((word) => word.startsWith("gnu"));
  return {
    version: range.replace(/^[\^~]/, ""),
    ...(parent.devOptional ? { devOptional: true } : { optional: true }),
    ...(parent.dev ? { dev: true } : {}),
    ...(processor ? { cpu: [processor] } : {}),
    ...(system ? { os: [system] } : {}),
    ...(musl ? { libc: ["musl"] } : gnu && system === "linux" ? { libc: ["glibc"] } : {}),
  };
}
