import { describe } from "node:test";
import type { Files } from "../protocols/files.ts";
import { filesContent } from "./files-contract-content.ts";
import { filesFailures } from "./files-contract-failures.ts";
import type { FilesOptions } from "./files-contract-kit.ts";
import { filesOwners } from "./files-contract-owners.ts";

/**
 * What every `Files` does. `open` gives a fresh one.
 * @param options.maxBytes the largest file it takes, from 64 KiB to 64 MiB; the pieces of a large file are only
 *   tested with more than 1 MiB.
 * @param options.left names whatever lies in its place, so that failed and deleted files are seen to leave nothing.
 * @param options.reopen the same files as a new process finds them after the one before was killed.
 *   What needs an absent one is skipped.
 */
export const filesContract = (name: string, open: () => Promise<Files>, options: FilesOptions = {}) =>
  describe(name, () => {
    filesContent({ open, ...options });
    filesOwners({ open, ...options });
    filesFailures({ open, ...options });
  });
