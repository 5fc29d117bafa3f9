import type { Readable } from "node:stream";

/** What is known of a file without reading it. */
export type FileInfo = {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  /** ISO 8601, UTC. */
  readonly created: string;
};

/** Which file. */
export type FileAt = { readonly userId: string; readonly fileId: string };

/** What users uploaded and tools made. Never held in memory whole. */
export interface Files {
  /** Durable once it resolves; a stream that fails leaves nothing behind. @throws `too_large`, `store_full`. */
  put(
    file: { readonly userId: string; readonly name: string; readonly mediaType: string },
    content: Readable,
  ): Promise<FileInfo>;
  /** @throws `record_not_found` when it is missing or somebody else's. */
  get(at: FileAt): Promise<Readable>;
  /** @throws `record_not_found`. */
  stat(at: FileAt): Promise<FileInfo>;
  /** @returns whether it was there. */
  delete(at: FileAt): Promise<boolean>;
  shutdown?(): Promise<void>;
}
