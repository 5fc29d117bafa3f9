import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashPassword } from "../../src/core/auth/password.ts";

export const password = "correct horse";

export type DataFolder = { readonly path: string; remove(): void };

/**
 * A folder as a server finds it at its start: users with one password, a checkpoint every 100 ms so that there is
 * much to lose, and no plugins.
 */
export async function makeDataFolder(users: readonly string[], path = emptyFolder()): Promise<DataFolder> {
  const hash = await hashPassword(password, { cost: 4 }); // nobody attacks it
  const lines = users.map((name) => `${name}:\n  hash: "${hash}"\n  role: user\n`);
  writeFileSync(join(path, "users.yaml"), lines.join(""), { mode: 0o600 });
  writeFileSync(join(path, "skeleton.yaml"), "turns:\n  checkpoint_ms: 100\n");
  mkdirSync(join(path, "plugins", "core"), { recursive: true });
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), "skeleton-crash-"));

/** Puts a plugin that a module of this folder exports under a name into the plugins folder. */
export function addPlugin(folder: string, file: string, name: string, as = "injected.ts"): void {
  const module = new URL(file, import.meta.url).href;
  const text = `export { ${name} as default } from ${JSON.stringify(module)};\n`;
  writeFileSync(join(folder, "plugins", "core", as), text);
}
