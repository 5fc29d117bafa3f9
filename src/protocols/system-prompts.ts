import type { ChatRoles } from "./chat-roles.ts";

/** Instructions that a request chooses by key. An empty `content` means that no system message is sent. */
export type SystemPrompt = { readonly content: string; readonly description: string };

/**
 * Instructions by key. `userId` is there because some may be a user's own.
 * Finished when it passes `systemPromptsContract` (src/testkit/system-prompts-contract.ts).
 */
export interface SystemPrompts {
  /** The text, or `undefined` for an unknown key. */
  getPrompt(request: { readonly userId: string; readonly key: string }): Promise<string | undefined>;
  /** Key to description (empty when it has none), in the order to show. */
  listPrompts(request: { readonly userId: string }): Promise<Readonly<Record<string, string>>>;
  /** The same keys in the same order, with their texts. */
  getAllPrompts(request: { readonly userId: string }): Promise<Readonly<Record<string, SystemPrompt>>>;
  /** What users keep themselves: `getPrompt` knows them by their keys, the lists leave them out. Absent: nothing is kept. */
  readonly roles?: ChatRoles;
  shutdown?(): Promise<void>;
}
