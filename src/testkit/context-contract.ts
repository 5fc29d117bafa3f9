import { describe } from "node:test";
import { contextChanges } from "./context-contract-changes.ts";
import type { Open } from "./context-contract-kit.ts";
import { contextMessages } from "./context-contract-messages.ts";

/** What every `Context` does. `open` gives a fresh one with the threads it reads. */
export const contextContract = (name: string, open: Open) =>
  describe(name, () => {
    contextMessages(open);
    contextChanges(open);
  });
