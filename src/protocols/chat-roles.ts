/** Whose a chat role is. */
export type ChatRoleAt = { readonly userId: string; readonly id: string };

/** Instructions that a user keeps by a name, to be chosen like a system prompt. Times are ISO 8601 in UTC. */
export type ChatRole = {
  readonly id: string;
  /** 1 to 100 characters, trimmed; unique among the user's own, whatever the case. */
  readonly name: string;
  /** 1 to 5,000 characters, trimmed. */
  readonly instructions: string;
  /** From 1; one more with each change of its instructions. */
  readonly version: number;
  /** Everybody may choose it; only an admin may make or change one. */
  readonly shared: boolean;
  readonly created: string;
  readonly updated: string;
};

/** What a role says, or said once. */
export type RoleVersion = {
  readonly version: number;
  readonly instructions: string;
  /** When the next one took its place; absent: it is what the role says now. */
  readonly replaced?: string;
};

/**
 * Chat roles: instructions that are made, changed and deleted while the server runs. As a system prompt each has the key
 * `role:<id>`. Who may share one is for the caller to know: this keeps whose it is.
 * Finished when it passes `chatRolesContract` (src/testkit/chat-roles-contract.ts).
 */
export interface ChatRoles {
  /** The user's own and the shared ones, by name, whatever the case; of one name the user's own first. */
  listRoles(request: { readonly userId: string }): Promise<readonly ChatRole[]>;
  /** One of the user's own, or a shared one. */
  getRole(at: ChatRoleAt): Promise<ChatRole | undefined>;
  /**
   * All that one of the user's own, or a shared one, has said, newest first. A version is never changed, and goes with its
   * role: another role under the id of a deleted one begins at version 1 and has none of that one's. @throws `record_not_found`.
   */
  listVersions(at: ChatRoleAt): Promise<readonly RoleVersion[]>;
  /**
   * @param role.id default: a new one. Repeating a call with the same id is harmless.
   * @throws `bad_input` for a blank or too long text, and where the user has 500 roles, or 500 are shared; `conflict` when
   * the user has a role of that name.
   */
  createRole(role: {
    readonly userId: string;
    readonly name: string;
    readonly instructions: string;
    readonly shared?: boolean;
    readonly id?: string;
  }): Promise<ChatRole>;
  /**
   * Changes what is given. `byAdmin` may change shared ones, whoever made them.
   * @throws as `createRole`; `record_not_found` when it is missing or not the user's to change; `stale` when it gets another
   * name or other instructions at this moment.
   */
  updateRole(
    at: ChatRoleAt & { readonly byAdmin?: boolean },
    changes: { readonly name?: string; readonly instructions?: string; readonly shared?: boolean },
  ): Promise<ChatRole>;
  /** @throws `record_not_found` when it is missing or not the user's to delete; `stale` as `updateRole`. */
  deleteRole(at: ChatRoleAt & { readonly byAdmin?: boolean }): Promise<void>;
}
