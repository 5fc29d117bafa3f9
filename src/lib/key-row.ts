import type { ApiKey, KeyLimit, KeyScope, NewApiKey } from "../protocols/api-key.ts";
import { given } from "./given.ts";
import { wireTime } from "./thread-rows.ts";

/** What whoever makes a key says of it, as it is sent. */
export type WantedKeyRow = {
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  readonly model_mask?: string;
  readonly limit?: KeyLimit;
  /** ISO 8601 with a zone. */
  readonly expires_at?: string;
};

export const wantedKey = ({ name, scopes, model_mask, limit, expires_at }: WantedKeyRow): NewApiKey => ({
  ...{ name, scopes },
  ...given({
    modelMask: model_mask,
    limit,
    expiresAt: expires_at === undefined ? undefined : new Date(expires_at),
  }),
});

/** An API key as it is shown. */
export const keyRow = ({ id, name, scopes, modelMask, limit, createdAt, expiresAt, lastUsedAt }: ApiKey) => ({
  ...{ id, name, scopes, model_mask: modelMask ?? null, limit: limit ?? null },
  created_at: wireTime(createdAt.toISOString()),
  expires_at: expiresAt ? wireTime(expiresAt.toISOString()) : null,
  last_used_at: lastUsedAt ? wireTime(lastUsedAt.toISOString()) : null,
});

export type KeyRow = ReturnType<typeof keyRow>;
