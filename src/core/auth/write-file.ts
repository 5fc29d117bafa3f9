import { randomUUID } from "node:crypto";
import { type FileHandle, link, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Only the owner reads what lies in these files. */
const PRIVATE = 0o600;

/**
 * Puts a file in place at once, mode 600: whoever reads sees the old text or the new one, also after a power cut.
 * The owner of a file that is replaced stays (or the folder's owner, for a new one) when root writes, so that
 * `docker exec` does not lock the server out of its own users.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = await writeTemporary(path, text);
  try {
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await flushFolder(dirname(path));
}

/**
 * Like `replaceFile`, but only where there is no such file: of two processes at once, one wins.
 * @returns whether it was this call that made it.
 */
export async function createFile(path: string, text: string): Promise<boolean> {
  const temporary = await writeTemporary(path, text);
  try {
    // A link either appears with the whole text behind it or fails; opening with O_EXCL would show an empty file first.
    await link(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  await flushFolder(dirname(path));
  return true;
}

async function writeTemporary(path: string, text: string): Promise<string> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  const handle = await open(temporary, "wx", PRIVATE);
  try {
    await handle.writeFile(text);
    await handle.chmod(PRIVATE);
    await keepOwner(handle, path);
    await handle.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  return temporary;
}

/** Gives what root has just made at `path`'s place to the owner of what is there, or of the folder. */
export async function keepOwner(handle: FileHandle, path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(path).catch(() => stat(dirname(path)));
  if (uid !== 0) await handle.chown(uid, gid);
}

/** A rename is in the folder, and the folder has its own way to the disk. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
