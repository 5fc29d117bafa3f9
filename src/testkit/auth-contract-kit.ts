import assert from "node:assert/strict";
import type { Auth, Session } from "../protocols/auth.ts";

/** A fresh `Auth` and what the suite must know of it. What is absent is skipped. */
export type AuthFixture = {
  readonly auth: Auth;
  /** Somebody who may sign in. */
  readonly username: string;
  readonly password: string;
  readonly role: string;
  readonly allowedModel: string;
  /** A model that this user may not use. Absent: the user may use all. */
  readonly forbiddenModel?: string;
  /** The clock of `auth`. */
  now(): Date;
  /** Moves it forward. */
  advance(ms: number): void;
  /** How long a token lives. */
  readonly tokenMs: number;
  /** A second `Auth` on the same data, as another process would have it. Absent: there can be none. */
  readonly another?: () => Promise<Auth>;
  /** Gives the user this user role, as an operator would. */
  readonly changeRole?: (role: string) => Promise<void>;
  /** Removes the user, as an operator would. */
  readonly removeUser?: () => Promise<void>;
  /** Makes whatever remembers revoked tokens fail from now on. */
  readonly failStore?: () => void;
  close(): Promise<void>;
};

/** One without users. */
export type EmptyFixture = Pick<AuthFixture, "auth" | "another" | "close">;

/** How soon another process must know of a revocation, and of a changed or removed user. */
export const HEARD_OF_WITHIN_MS = 5000;

/** The session of a token that must be valid. */
export async function sessionOf(auth: Auth, token: string): Promise<Session> {
  const session = await auth.verifyToken(token);
  assert.ok(session, "the token must be valid here");
  return session;
}
