import type { Readable } from "node:stream";

/** What is known of a file without reading it. */
export type FileInfo = {
  /** Letters, digits, `_` and `-`, at most 200; never used again, also not by another user. */
  readonly id: string;
  /** As it was given: any text, and never part of a path. */
  readonly name: string;
  /** As it was given; nobody has checked that the content is that. */
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  /** ISO 8601, UTC. */
  readonly created: string;
};

/** Which file. Both may be any text: one that nobody has is missing, and leads nowhere else. */
export type FileAt = { readonly userId: string; readonly fileId: string };

/**
 * What users uploaded and tools made. Never held in memory whole. A file's content never changes. Somebody else's file
 * is answered exactly like a missing one; user ids that differ in case alone are two users.
 * Finished when it passes `filesContract` (src/testkit/files-contract.ts).
 *
 * Calls may run side by side. Every method may also throw `store_unavailable`.
 */
export interface Files {
  /**
   * Keeps a new file; the same name again is another file. Durable once it resolves. One that fails leaves nothing
   * behind: neither a file nor a part of one. To give it up, destroy `content`.
   * @param content chunks of bytes, or of text, which is taken as UTF-8. Read to its end, or destroyed.
   * @throws what `content` fails with, also when it is destroyed before its end; `too_large` as soon as there are more
   *   bytes than the implementation allows; `store_full`; `bad_input` when `userId` is empty, when name or media type
   *   have more than 1,000 characters or lone surrogates, and for chunks that are neither bytes nor text.
   */
  put(
    file: { readonly userId: string; readonly name: string; readonly mediaType: string },
    content: Readable,
  ): Promise<FileInfo>;
  /**
   * The content from its beginning, in chunks (`Buffer`) of at most 1 MiB. Every call gives a stream of its own, which
   * the caller reads to its end or destroys. When the file is deleted meanwhile, the stream still gives all of it or
   * fails; it never ends early as if that were all.
   * @throws `record_not_found` when it is missing or somebody else's.
   */
  get(at: FileAt): Promise<Readable>;
  /** What `put` answered. @throws `record_not_found` when it is missing or somebody else's. */
  stat(at: FileAt): Promise<FileInfo>;
  /** Removes it with its content. @returns whether it was there and the user's; of two calls at once one says so. */
  delete(at: FileAt): Promise<boolean>;
  /** Files being put fail with `shutting_down`, as do later calls. */
  shutdown?(): Promise<void>;
}
