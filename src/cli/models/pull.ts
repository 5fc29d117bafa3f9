import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { readGgufHeader } from "../../core/models/local/gguf-header.ts";
import { SkeletonError } from "../../lib/errors.ts";
import { type DownloadOptions, download } from "./download.ts";
import { type Hub, remotesFor } from "./hub.ts";

export type PullOptions = Pick<DownloadOptions, "retries" | "pauseMs"> & {
  readonly folder: string;
  readonly hub: Hub;
  /** What the model is to be called; default as its file. */
  readonly name?: string | undefined;
  /** The file has to have this checksum. */
  readonly sha256?: string | undefined;
  readonly onProgress: (file: string, done: number, total: number | undefined) => void;
};

export type Pulled = { readonly path: string; readonly sha256?: string; readonly was?: "there" };

/**
 * Fetches a model into the folder. A file that is there already is left as it is.
 * @throws `bad_input`; what `download` throws; `upstream_broken` when it is no GGUF file.
 */
export async function pull(source: string, options: PullOptions): Promise<readonly Pulled[]> {
  const { folder, hub, name, sha256, onProgress } = options;
  const remotes = await remotesFor(source, hub);
  const [only, ...more] = remotes;
  if ((name ?? sha256) !== undefined && (only === undefined || more.length > 0)) {
    throw new SkeletonError("bad_input", "The model has several parts, which keep their names.", {
      hint: "Leave --name and --sha256 out.",
    });
  }
  await mkdir(folder, { recursive: true });
  const pulled: Pulled[] = [];
  for (const remote of remotes) {
    const path = join(
      folder,
      fileName(name === undefined ? remote.file : `${name.replace(/\.gguf$/i, "")}.gguf`),
    );
    if (await stat(path).catch(() => undefined)) {
      pulled.push({ path, was: "there" });
      continue;
    }
    const wanted = sha256 ?? remote.sha256;
    const sum = await download(wanted === undefined ? remote : { ...remote, sha256: wanted }, path, {
      ...options,
      onProgress: (done, total) => onProgress(remote.file, done, total),
    });
    await readGgufHeader(path).catch(async (cause: Error) => {
      await rm(path);
      throw new SkeletonError("upstream_broken", `${remote.file} cannot be used: ${cause.message}.`, {
        hint: "Check the address: what is there is perhaps a page about the file.",
        cause,
      });
    });
    pulled.push({ path, sha256: sum });
  }
  return pulled;
}

function fileName(name: string): string {
  if (/^[\w][\w.+ -]*\.gguf$/i.test(name)) return name;
  throw new SkeletonError("bad_input", `${JSON.stringify(name)} is no name for a model's file.`, {
    hint: "Give one with --name: letters, digits, . + _ and -.",
  });
}
