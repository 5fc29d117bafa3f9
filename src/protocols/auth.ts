import type { ApiKey, NewApiKey } from "./api-key.ts";

/** Somebody who may sign in. `username` is canonical: two spellings that look alike are never two users. */
export type User = {
  readonly username: string;
  /** The user role, for example `admin` or `user`. */
  readonly role: string;
};

/** What a valid token says. */
export type Session = {
  readonly user: User;
  /** The token's own id, so that this one sign-in can be revoked. */
  readonly tokenId: string;
  readonly expiresAt: Date;
  /** The API key that stood in for the sign-in. Absent: somebody signed in. */
  readonly key?: ApiKey;
};

/**
 * Who somebody is, and which models they may use. What it cannot decide it refuses. What one process changes, others on the same
 * data know within five seconds. Every method may also throw `store_unavailable` and `store_locked`.
 * Finished when it passes `authContract` (src/testkit/auth-contract.ts).
 */
export interface Auth {
  /**
   * The user, or `undefined` for an unknown name and a wrong password alike, after the same time.
   * Blanks around either are ignored.
   * @throws `rate_limited` when more people sign in at this moment than passwords can be checked.
   */
  authenticateUser(credentials: {
    readonly username: string;
    readonly password: string;
  }): Promise<User | undefined>;
  /**
   * A bearer token for this user. The default is an HS256 JWT with `sub`, `role`, `exp` (24 h), `iat` and `jti`.
   * @throws `invalid_credentials` when the user is gone.
   */
  createToken(user: User): Promise<string>;
  /**
   * The session, or `undefined` when the token is malformed, foreign, expired or revoked, or when its user is gone.
   * The user role is today's, not the one of the day the token was made. An API key is no token: see `keys`.
   * @throws `store_unavailable`, `store_locked` when it cannot be known whether it was revoked: it does not guess.
   */
  verifyToken(token: string): Promise<Session | undefined>;
  /** Ends this sign-in for good: durable, also for other processes on the same data. Repeating it is harmless. */
  revokeToken(session: Session): Promise<void>;
  /**
   * Ends every sign-in that this user has now, wherever it was made; durable, also for other processes. Whoever signs
   * in afterwards is in. Repeating it ends the sign-ins of the meantime, too.
   */
  revokeAllTokens(user: Pick<User, "username">): Promise<void>;
  /**
   * Whether this user may send a request to this model now. Masks, and the place for quotas. With `keyId` the key that the
   * request came with must allow it too; one that no longer holds, or is somebody else's, allows nothing.
   */
  requestAllowed(request: {
    readonly username: string;
    readonly model: string;
    readonly keyId?: string;
  }): Promise<boolean>;
  /**
   * Where the first account can be made from the page. Absent when accounts come from elsewhere.
   */
  readonly setup?: AuthSetup;
  /**
   * Where other systems vouch for people: a directory, an identity provider. Whoever was admitted is a user like any
   * other for all that is above, but for a password. Absent when this part admits nobody.
   */
  readonly outside?: OutsideUsers;
  /** Keys for scripts. Absent when there are none here. */
  readonly keys?: ApiKeys;
  shutdown?(): Promise<void>;
}

/** How another system knows somebody: its own name, such as `ldap` or an issuer's address, and an id there that stays. */
export type OutsideId = { readonly source: string; readonly subject: string };

/** Somebody another system vouches for, as of now. */
export type OutsideUser = OutsideId & {
  /** As that system writes it; it is made canonical. */
  readonly username: string;
  readonly role: string;
  /** As in `users.yaml`; absent: all models. */
  readonly modelMask?: string;
};

export interface OutsideUsers {
  /**
   * Lets somebody in who has just proved to another system who they are: durable, also for other processes within five
   * seconds. The first time makes the account; each one sets user role and mask. It keeps the name of the first time,
   * whatever the system calls them later.
   * @returns the user, for `createToken`.
   * @throws `forbidden` when the name, or one that looks like it, is somebody else's: of a user with a password, or of
   * another id; `bad_input` for an unusable name, an empty role or a mask that cannot be used; `store_unavailable`.
   */
  admit(user: OutsideUser): Promise<User>;
  /**
   * Shuts somebody out whom the other system no longer vouches for: their sign-ins end. Their name and what they wrote
   * stay theirs until they are admitted again. Repeating it, or dismissing a stranger, is harmless.
   */
  dismiss(id: OutsideId): Promise<void>;
}

export interface AuthSetup {
  /** The secret for the one-time link, the same for all instances that share a store; `undefined` once there is any user. */
  secret(): Promise<string | undefined>;
  /**
   * Creates the first user, an admin; atomic: of two calls at once one wins.
   * @throws `forbidden` for a wrong secret or when there is a user already; `bad_input` for an unusable name or password.
   */
  createFirstAdmin(request: {
    readonly secret: string;
    readonly username: string;
    readonly password: string;
  }): Promise<User>;
}

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
   * call or second or above the most, an end that has passed; `conflict` with the 51st; `invalid_credentials` when there is no
   * such user.
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
