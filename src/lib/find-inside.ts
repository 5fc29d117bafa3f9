import { realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative } from "node:path";

/**
 * The file at `path` below `root`, as its path from there with links resolved. Nothing that begins with a dot, nothing
 * that a link leads out to, nothing but files; what cannot be read is not there.
 * @param root links resolved. @param path parts between `/`, decoded, as somebody asked for it.
 */
export async function findInside(root: string, path: string): Promise<string | undefined> {
  if (/[\\\0]/.test(path) || hidden(path.split("/"))) return undefined;
  try {
    const file = await realpath(join(root, path));
    const inside = relative(root, file);
    if (isAbsolute(inside) || hidden(inside.split(/[\\/]/))) return undefined;
    return (await stat(file)).isFile() ? inside : undefined;
  } catch {
    return undefined;
  }
}

/** `..` begins with a dot too, and two slashes have nothing between them. */
const hidden = (parts: readonly string[]): boolean =>
  parts.some((part) => part === "" || part.startsWith("."));
