import type { RunningHost } from "../host/create-host.ts";
import { SkeletonError } from "../lib/errors.ts";
import { type KeyRow, keyRow, type WantedKeyRow, wantedKey } from "../lib/key-row.ts";
import { userFor } from "./ask-user.ts";
import { serverCall } from "./on-server.ts";
import type { ServerAccess } from "./server-client.ts";

/** One user's keys, wherever they are. */
export type KeyPlace = {
  list(): Promise<readonly KeyRow[]>;
  create(wanted: WantedKeyRow): Promise<KeyRow & { readonly secret: string }>;
  /** @throws `record_not_found`. */
  revoke(id: string): Promise<void>;
};

/** Of whoever signs in at a running server. */
export async function keysOnServer(access: ServerAccess): Promise<KeyPlace> {
  const call = await serverCall(access);
  const path = "/api/v1/keys";
  return {
    list: async () => (await call(path, {})) as readonly KeyRow[],
    create: async (json) =>
      (await call(path, { method: "POST", json })) as KeyRow & { readonly secret: string },
    revoke: async (id) => void (await call(`${path}/${encodeURIComponent(id)}`, { method: "DELETE" })),
  };
}

/** In the data folder itself: whoever can write there may make keys for anybody. @param user absent: the only one. */
export async function keysHere(host: RunningHost, user: string | undefined): Promise<KeyPlace> {
  const { keys } = await host.get("auth");
  if (keys === undefined)
    throw new SkeletonError("role_missing", "The plugin that knows the accounts has no API keys.", {
      hint: "See `skeleton doctor` for which one that is.",
    });
  const username = await userFor(host.config, host.resolved().auth?.file === undefined, user);
  return {
    list: async () => (await keys.listKeys({ username })).map(keyRow),
    async create(wanted) {
      const { key, secret } = await keys.createKey({ username }, wantedKey(wanted));
      return { ...keyRow(key), secret };
    },
    revoke: (id) => keys.revokeKey({ username, id }),
  };
}
