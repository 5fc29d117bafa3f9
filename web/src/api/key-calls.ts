import { callApi } from "./call-api.ts";
import type { KeyEntry, MadeKey, NewKey } from "./wire.ts";

/** Apart from the other calls: what the page says of keys is loaded when somebody looks at them. */
export const getKeys = () => callApi<readonly KeyEntry[]>("/api/v1/keys");
export const createKey = (json: NewKey) => callApi<MadeKey>("/api/v1/keys", { method: "POST", json });
export const revokeKey = (id: string) =>
  callApi<unknown>(`/api/v1/keys/${encodeURIComponent(id)}`, { method: "DELETE" });
