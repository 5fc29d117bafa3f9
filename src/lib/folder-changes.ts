import { watch } from "node:fs";

/**
 * Yields as soon as the folders are watched, and then whenever something in them has changed and it has been quiet for
 * `quietMs`: whoever saves a file writes it in several steps. What lies deeper is not looked at.
 * @throws the signal's reason once it aborts; what the system says when it cannot watch.
 */
export async function* folderChanges(
  folders: readonly string[],
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
  const watchers: ReturnType<typeof watch>[] = [];
  try {
    for (const folder of folders) {
      const watcher = watch(folder, () => {
        clearTimeout(timer);
        timer = setTimeout(() => changed.resolve(), quietMs);
      });
      watchers.push(watcher.on("error", failed.reject));
    }
    for (;;) {
      yield;
      await Promise.race([changed.promise, failed.promise]);
      changed = Promise.withResolvers();
    }
  } finally {
    signal.removeEventListener("abort", abort);
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  }
}
