import type { ModelEvent } from "../../../protocols/model.ts";

/** Events as they came, a batch a read. */
export type Batch = readonly ModelEvent[];

/**
 * Where answers are kept, each a text under a key. It is a help and no more: what cannot be looked up is not there, what
 * cannot be kept is not kept, and neither is a failure of whoever asks.
 */
export type KeptAnswers = {
  get(key: string): Promise<string | undefined>;
  set(key: string, text: string): Promise<void>;
  close(): void;
};
