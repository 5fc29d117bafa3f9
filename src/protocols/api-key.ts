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
