import { type FSWatcher, statSync, watch } from "node:fs";

/**
 * Yields as soon as the folders are watched, and then whenever something in them has changed and it has been quiet for
 * `quietMs`: whoever saves a file writes it in several steps. What lies deeper is not looked at.
 * @param folders is asked anew after each change. One that is not there, or not there any more, is not watched.
 * @throws the signal's reason once it aborts; what the system says when it cannot watch.
 */
export async function* folderChanges(
  folders: () => readonly string[],
  signal: AbortSignal,
  quietMs = 100,
): AsyncGenerator<void, never> {
  let changed = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {}); // it is raced with below; until then nobody listens
  const abort = () => failed.reject(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener("abort", abort, { once: true });
  const watched = new Map<string, { readonly inode: number; readonly watcher: FSWatcher }>();

  /** @returns whether there is one that was not watched before. */
  function watchAll(): boolean {
    let more = false;
    const wanted = new Map(folders().flatMap((folder) => inodeOf(folder)));
    for (const [folder, { inode, watcher }] of watched) {
      if (wanted.get(folder) === inode) continue;
      watcher.close(); // it would go on watching one that has the name no more
      watched.delete(folder);
    }
    for (const [folder, inode] of wanted) {
      if (watched.has(folder)) continue;
      more = true;
      const watcher = watch(folder, () => {
        clearTimeout(timer);
        timer = setTimeout(() => changed.resolve(), quietMs);
      });
      watched.set(folder, { inode, watcher: watcher.on("error", failed.reject) });
    }
    return more;
  }

  try {
    watchAll();
    for (;;) {
      yield;
      // what changed in a new one before it was watched is found by one more look
      if (watchAll()) continue;
      await Promise.race([changed.promise, failed.promise]);
      changed = Promise.withResolvers();
    }
  } finally {
    signal.removeEventListener("abort", abort);
    clearTimeout(timer);
    for (const { watcher } of watched.values()) watcher.close();
  }
}

function inodeOf(folder: string): readonly (readonly [folder: string, inode: number])[] {
  const found = statSync(folder, { throwIfNoEntry: false });
  return found === undefined ? [] : [[folder, found.ino]];
}
