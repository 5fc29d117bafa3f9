import assert from "node:assert/strict";
import type { Files } from "../protocols/files.ts";
import { filesContract } from "./files-contract.ts";
import { type KeptFile, memoryFiles } from "./memory-files.ts";

const maxBytes = 3 * 1024 * 1024; // more than a piece of the content may have
let ids = 0;

const keptBy = new WeakMap<Files, Map<string, KeptFile>>();
const keptOf = (files: Files) => {
  const kept = keptBy.get(files);
  assert.ok(kept);
  return kept;
};
const openOn = async (kept: Map<string, KeptFile>) => {
  const files = memoryFiles({
    now: () => new Date(Date.UTC(2030, 0, 1)),
    newId: () => {
      ids += 1;
      return `file-${ids}`;
    },
    maxBytes,
    kept,
  });
  keptBy.set(files, kept);
  return files;
};

filesContract("the reference files in memory", () => openOn(new Map()), {
  maxBytes,
  left: async (files) => [...keptOf(files).keys()],
  reopen: (files) => openOn(new Map(keptOf(files))),
});
