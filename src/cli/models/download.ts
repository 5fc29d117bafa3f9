import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { SkeletonError } from "../../lib/errors.ts";
import type { Remote } from "./hub.ts";

export type DownloadOptions = {
  /** Hears how far it is, in bytes; `total` is not known where the server does not tell. */
  readonly onProgress: (done: number, total: number | undefined) => void;
  /** Further tries after the network failed; default 5. */
  readonly retries?: number;
  /** Before a further try; default 1 s, doubled each time. */
  readonly pauseMs?: number;
};

/** A server that says nothing for so long is given up, in ms. */
const silenceMs = 60_000;

/**
 * Fetches a file to `path`, which is there whole or not at all: until then its bytes are in `path.part`, where the next
 * try, or the next call, goes on. What the server has changed meanwhile is fetched from its beginning.
 * @returns its SHA-256, hexadecimal.
 * @throws `upstream_broken` when the checksum is another one (the bytes are thrown away), `upstream_refused`,
 * `upstream_unreachable`.
 */
export async function download(remote: Remote, path: string, options: DownloadOptions): Promise<string> {
  const { retries = 5, pauseMs = 1000 } = options;
  const part = `${path}.part`;
  for (let attempt = 0; ; attempt += 1) {
    try {
      await fetchRest(remote, part, options.onProgress);
      break;
    } catch (error) {
      if (error instanceof SkeletonError) throw error;
      if (attempt >= retries) {
        throw new SkeletonError("upstream_unreachable", `${hostOf(remote)} broke off: ${reasonOf(error)}`, {
          hint: "Run the same command again: it goes on where it was.",
          cause: error,
        });
      }
      await wait(pauseMs * 2 ** attempt);
    }
  }
  const sha256 = await hashOf(part);
  if (remote.sha256 !== undefined && remote.sha256.toLowerCase() !== sha256) {
    await forget(part);
    throw new SkeletonError(
      "upstream_broken",
      `${remote.file} came with the checksum ${sha256}, not ${remote.sha256}.`,
      {
        hint: "Run the command again; if it happens every time, the file is not the one that was meant.",
      },
    );
  }
  await rename(part, path);
  await rm(tagOf(part), { force: true });
  return sha256;
}

const tagOf = (part: string): string => `${part}.etag`;

async function forget(part: string): Promise<void> {
  await Promise.all([part, tagOf(part)].map((path) => rm(path, { force: true })));
}

/** Appends what is missing. What was fetched before is kept if the server says that the file is still the same. */
async function fetchRest(
  { url, token, ...remote }: Remote,
  part: string,
  onProgress: DownloadOptions["onProgress"],
) {
  const tag = await readFile(tagOf(part), "utf8").catch(() => undefined);
  const have =
    tag === undefined
      ? 0
      : await stat(part)
          .then(({ size }) => size)
          .catch(() => 0);
  const stop = new AbortController();
  let silence = setTimeout(() => stop.abort(new Error("it was silent for a minute")), silenceMs);
  try {
    const response = await fetch(url, {
      signal: stop.signal,
      headers: {
        "accept-encoding": "identity",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(tag !== undefined && have > 0 && { range: `bytes=${have}-`, "if-range": tag }),
      },
    });
    const wholeAlready =
      response.status === 416 &&
      Number(/\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1]) === have;
    if (wholeAlready) return;
    if (response.status === 416) await forget(part);
    if (!response.ok) refuse(response.status, { url, ...remote });
    const goesOn = response.status === 206;
    const etag = response.headers.get("etag");
    const length = Number(response.headers.get("content-length") ?? Number.NaN);
    let done = goesOn ? have : 0;
    const total = Number.isFinite(length) ? done + length : undefined;
    const file = await open(part, goesOn ? "a" : "w");
    try {
      // a weak tag promises nothing of bytes, and without any the next call begins anew
      if (etag !== null && !etag.startsWith("W/")) await writeFile(tagOf(part), etag);
      else if (!goesOn) await rm(tagOf(part), { force: true });
      for await (const chunk of response.body ?? []) {
        await file.writeFile(chunk);
        done += chunk.length;
        onProgress(done, total);
        silence = silence.refresh();
      }
      if (total !== undefined && done !== total) throw new Error(`${done} bytes of ${total} came`);
      await file.sync();
    } finally {
      await file.close();
    }
  } finally {
    clearTimeout(silence);
  }
}

function refuse(status: number, remote: Remote): never {
  if (status >= 500 || status === 429 || status === 416) throw new Error(`status ${status}`);
  throw new SkeletonError(
    "upstream_refused",
    `${hostOf(remote)} refused ${remote.file} with status ${status}.`,
    {
      hint:
        status === 401 || status === 403
          ? "It is not everybody's: set HF_TOKEN, and accept its terms on its page if it has any."
          : "Check the address, or the file's name.",
    },
  );
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

const hostOf = ({ url }: Pick<Remote, "url">): string => new URL(url).host;

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { readonly cause?: { readonly message?: string } };
  return cause?.message ? `${message} (${cause.message})` : message;
}
