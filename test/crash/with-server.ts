import { type Api, signIn } from "./api.ts";
import { type DataFolder, makeDataFolder } from "./data-folder.ts";
import { freePort, type ServerProcess, startServerProcess } from "./server-process.ts";
import { startWordyUpstream } from "./wordy-upstream.ts";

/** A server with one user, as a test sees it. */
export type Scene = {
  readonly api: Api;
  readonly server: ServerProcess;
  readonly folder: DataFolder;
  /** Starts it again on the same data, after it has ended. */
  startAgain(): Promise<Api>;
  /** The one that was started last. */
  latest(): ServerProcess;
};

/**
 * Runs a test against a server process of its own, and leaves nothing behind.
 * @param options.path a folder instead of a new one; it is not removed.
 * @param options.prepare puts plugins or settings into the folder before the start.
 */
export async function withServer(
  run: (scene: Scene) => Promise<void>,
  options: { readonly path?: string; readonly prepare?: (folder: string) => void } = {},
): Promise<void> {
  const user = "anna";
  const folder = await makeDataFolder([user], options.path);
  options.prepare?.(folder.path);
  const upstream = await startWordyUpstream();
  const at = { folder: folder.path, port: await freePort(), upstream: upstream.url };
  const started: ServerProcess[] = [];
  try {
    const server = await startServerProcess(at);
    started.push(server);
    await run({
      server,
      folder,
      api: await signIn(server.url, user),
      async startAgain() {
        const next = await startServerProcess(at);
        started.push(next);
        return signIn(next.url, user);
      },
      latest: () => started.at(-1) ?? server,
    });
  } finally {
    for (const server of started) await server.kill();
    await upstream.close();
    if (options.path === undefined) folder.remove();
  }
}
