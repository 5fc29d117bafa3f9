import { Readable } from "node:stream";
import { SkeletonError } from "../lib/errors.ts";
import type { FileAt, FileInfo, Files } from "../protocols/files.ts";

/** A file as it is kept, by its id. */
export type KeptFile = { readonly userId: string; readonly info: FileInfo; readonly content: Buffer };

/** Bytes handed to a reader at a time. */
const CHUNK_BYTES = 64 * 1024;

/**
 * The files contract in memory, written to be obviously right: the reference that the suite runs on, and the files of
 * other parts' tests. It breaks one promise, for it does hold files in memory whole.
 * @param newId gives ids of letters, digits, `_` and `-`.
 * @param maxBytes the largest file; default: no limit.
 * @param kept what an earlier one was given, for the same files again. Default: none, and nothing survives.
 */
export function memoryFiles({
  now,
  newId,
  maxBytes = Number.POSITIVE_INFINITY,
  kept = new Map(),
}: {
  readonly now: () => Date;
  readonly newId: () => string;
  readonly maxBytes?: number;
  readonly kept?: Map<string, KeptFile>;
}): Files {
  const sources = new Set<Readable>();
  let closed = false;

  const open = () => {
    if (closed) throw shuttingDown();
  };
  const fileAt = ({ userId, fileId }: FileAt): KeptFile => {
    open();
    const file = kept.get(fileId);
    if (file === undefined || file.userId !== userId)
      throw new SkeletonError("record_not_found", "There is no such file.", {
        hint: "It may have been deleted.",
      });
    return file;
  };

  return {
    async put({ userId, name, mediaType }, content) {
      const chunks: Buffer[] = [];
      let size = 0;
      sources.add(content);
      try {
        open();
        checkText("userId", userId);
        checkText("name", name);
        checkText("mediaType", mediaType);
        if (userId === "") throw badInput("`userId` is missing.");
        // Leaving this loop early destroys the source; one that is destroyed makes it throw.
        for await (const chunk of content) {
          if (typeof chunk !== "string" && !(chunk instanceof Uint8Array))
            throw badInput("A file is made of bytes or text.");
          const bytes = Buffer.from(chunk); // a copy: the source may use its memory again
          size += bytes.length;
          if (size > maxBytes)
            throw new SkeletonError("too_large", `The file has more than ${maxBytes} bytes.`, {
              hint: "Send a smaller file.",
            });
          chunks.push(bytes);
        }
        open();
      } finally {
        content.destroy();
        sources.delete(content);
      }
      const info = { id: newId(), name, mediaType, size, created: now().toISOString() };
      kept.set(info.id, { userId, info, content: Buffer.concat(chunks) });
      return info;
    },
    async get(at) {
      return Readable.from(pieces(fileAt(at).content));
    },
    async stat(at) {
      return fileAt(at).info;
    },
    async delete({ userId, fileId }) {
      open();
      return kept.get(fileId)?.userId === userId && kept.delete(fileId);
    },
    async shutdown() {
      closed = true;
      for (const source of sources) source.destroy(shuttingDown());
    },
  };
}

function* pieces(content: Buffer): Generator<Buffer> {
  for (let from = 0; from < content.length; from += CHUNK_BYTES)
    yield Buffer.from(content.subarray(from, from + CHUNK_BYTES)); // a reader may write into what it got
}

function checkText(what: string, value: string): void {
  if (typeof value !== "string" || value.length > 1000 || !value.isWellFormed())
    throw badInput(`\`${what}\` is no text of at most 1,000 characters.`);
}

function badInput(message: string): SkeletonError {
  return new SkeletonError("bad_input", message, { hint: "See src/protocols/files.ts for what is allowed." });
}

function shuttingDown(): SkeletonError {
  return new SkeletonError("shutting_down", "The files are closed.", { hint: "Start the server again." });
}
