import type { Session, User } from "./auth.ts";

/** What a key may do: say something to models and keep house among threads, hand in jobs, read what is there. */
export type KeyScope = "chat" | "jobs" | "read";

/** A key of a user's, for scripts. What it is shown as; the secret itself is told once and kept nowhere. */
export type ApiKey = {
  /** Public: it stands in the secret, and in lists. */
  readonly id: string;
  readonly username: string;
  /** 1 to 100 characters; need not be unique. */
  readonly name: string;
  /** At least one, each once. */
  readonly scopes: readonly KeyScope[];
  /** As a user's: it must match a model's whole name, beside the user's own. Absent: all that the user may use. */
  readonly modelMask?: string;
  /** At most so many calls in so many seconds, whatever they are. Absent: none of its own. */
  readonly limit?: KeyLimit;
  readonly createdAt: Date;
  /** Absent: it holds until it is revoked. */
  readonly expiresAt?: Date;
  /** To the minute. Absent: never. */
  readonly lastUsedAt?: Date;
};

/** At most 1,000,000 calls, in at most a day. */
export type KeyLimit = { readonly calls: number; readonly seconds: number };

/** What whoever makes a key says of it. */
export type NewApiKey = Pick<ApiKey, "name" | "scopes" | "modelMask" | "limit" | "expiresAt">;

/** A call that came with a key: its user's, but never an admin's. */
export type KeySession = Session & { readonly key: ApiKey };

/** Which key. */
export type KeyAt = { readonly username: string; readonly id: string };

/**
 * Keys that stand in for their user's sign-in, until they are revoked, they expire or their user is gone. They do not
 * end with a sign-out, nor with a password. What a key may do beyond its user's rights is nothing; which routes it may
 * call is the business of whoever has the routes.
 */
export interface ApiKeys {
  /**
   * Makes a key: durable once it resolves. A user has at most 50, those that expired counted too.
   * @returns the key, and its secret, which nobody can be told again: `sk_skeleton_`, the id, `_` and 256 random bits.
   * @throws `bad_input` for an empty or long name, no scope, an unknown one, a mask that cannot be used, a limit below one
   * call or second or above the most, an end that has passed; `conflict` with the 51st; `invalid_credentials` when there is no such user.
   */
  createKey(
    user: Pick<User, "username">,
    wanted: NewApiKey,
  ): Promise<{ readonly key: ApiKey; readonly secret: string }>;
  /** The user's keys, the newest first; those that expired too. */
  listKeys(user: Pick<User, "username">): Promise<readonly ApiKey[]>;
  /**
   * Ends a key for good: durable, here at once, in other processes within five seconds.
   * @throws `record_not_found` for a key that is not this user's, or was revoked before.
   */
  revokeKey(at: KeyAt): Promise<void>;
  /**
   * Whose key this is, and that it was used now. `undefined` when it is no key, was revoked or has expired, or its user
   * is gone. The user role is today's, but `user` where that is `admin`; the token's id is the key's.
   * @throws `store_unavailable`, `store_locked`: it does not guess.
   */
  verifyKey(secret: string): Promise<KeySession | undefined>;
}
