import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import type { FileAt, FileInfo, Files } from "../protocols/files.ts";

export type FilesOptions = {
  /** The largest file that what `open` gives takes, in bytes; from 64 KiB to 64 MiB. Without it, no limit is tested. */
  readonly maxBytes?: number | undefined;
  /** Names whatever lies in its place, parts of files too: a listing of its folder, say. */
  readonly left?: ((files: Files) => Promise<readonly string[]>) | undefined;
  /** The same files as a new process finds them after the one before was killed. */
  readonly reopen?: ((files: Files) => Promise<Files>) | undefined;
};

export type Bench = {
  readonly files: Files;
  readonly context: TestContext;
  /** Fails unless the work leaves as much in its place as there was. Where nothing can be listed it only works. */
  readonly leavesNothing: (work: () => Promise<void>) => Promise<void>;
};

export type OpenFiles = { readonly open: () => Promise<Files> } & FilesOptions;

export const ann = "ann";
export const bob = "bob";

/** A test with files of its own. */
export function filesTest(
  { open, left }: OpenFiles,
  title: string,
  body: (bench: Bench) => Promise<void>,
): void {
  // A stream that is never ended would keep its test waiting for ever.
  test(title, { timeout: 60_000 }, async (context) => {
    const files = await open();
    const listing = async () => [...((await left?.(files)) ?? [])].sort();
    try {
      await body({
        files,
        context,
        leavesNothing: async (work) => {
          const before = await listing();
          await work();
          assert.deepEqual(await listing(), before, "something was left behind");
        },
      });
    } finally {
      await files.shutdown?.();
    }
  });
}

/** A source of these chunks. */
export const source = (...chunks: readonly unknown[]): Readable => Readable.from(chunks);

export const put = (files: Files, userId: string, content: Readable, name = "a.txt"): Promise<FileInfo> =>
  files.put({ userId, name, mediaType: "text/plain" }, content);

export const read = async (files: Files, at: FileAt): Promise<Buffer> => buffer(await files.get(at));

/** Fails unless it is answered like a file that never was. */
export async function assertMissing(files: Files, at: FileAt): Promise<void> {
  await assert.rejects(files.get(at), { code: "record_not_found" });
  await assert.rejects(files.stat(at), { code: "record_not_found" });
  assert.equal(await files.delete(at), false);
}

/** Bytes that tell where they stand, so that lost, doubled and exchanged ones are seen. */
export const bytes = (length: number, seed = 1): Buffer =>
  Buffer.from(Uint8Array.from({ length }, (_, n) => (n * 31 + (n >> 8) * 7 + seed) % 251));
