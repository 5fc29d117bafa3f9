import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { emptyFolder } from "./data-folder.ts";

/** A folder on a disk of its own that can be filled to the last byte. */
export type SmallDisk = { readonly path: string; fill(): void; free(): void; remove(): void };

/** @returns `undefined` where this process may not mount a file system. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  const path = emptyFolder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", path], { stdio: "ignore" });
  } catch {
    rmSync(path, { recursive: true, force: true });
    return undefined;
  }
  const filler = join(path, "filler");
  return {
    path,
    fill() {
      const file = openSync(filler, "a");
      for (let size = 65_536; size >= 1; size = Math.floor(size / 2)) {
        try {
          while (true) writeSync(file, Buffer.alloc(size));
        } catch {
          // full for pieces of this size
        }
      }
      closeSync(file);
    },
    free: () => rmSync(filler, { force: true }),
    remove() {
      execFileSync("umount", [path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Without a right to mount: the store says what it says when the disk is full, for as long as this file is there. */
export function pretendSmallDisk(): SmallDisk {
  const path = emptyFolder();
  const flag = join(path, "disk-is-full");
  return {
    path,
    fill: () => mkdirSync(flag, { recursive: true }),
    free: () => rmSync(flag, { recursive: true, force: true }),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
