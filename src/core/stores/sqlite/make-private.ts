import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes the file and the folder it is in. A new file is its owner's alone, and SQLite gives its log the same mode. One
 * that is there keeps its mode.
 */
export async function makePrivate(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "a", 0o600);
  await file.close();
}
