import type { ModelInfo } from "../protocols/model.ts";
import type { Host } from "../protocols/plugin.ts";
import { given } from "./given.ts";

/** On whose behalf a model is asked: a user, and the API key, if any, that stands in for them. */
export type Caller = { readonly userId: string; readonly keyId?: string };

async function* allowed(
  host: Host,
  { userId: username, keyId }: Caller,
  options: { readonly fresh?: boolean } = {},
): AsyncGenerator<ModelInfo, void> {
  const [auth, model] = await Promise.all([host.get("auth"), host.get("model")]);
  for (const listed of await model.listModels(options)) {
    const info = typeof listed === "string" ? { id: listed, provider: "" } : listed;
    if (await auth.requestAllowed({ username, model: info.id, ...given({ keyId }) })) yield info;
  }
}

/**
 * The models that a caller may use, in the order to show; those that only stand in for a real one, too.
 * @param options.fresh as `listModels` has it.
 */
export const allowedModels = (
  host: Host,
  caller: Caller,
  options?: { readonly fresh?: boolean },
): Promise<readonly ModelInfo[]> => Array.fromAsync(allowed(host, caller, options));

/** The model of whoever names none: the configured one, else the first real one this caller may use. */
export async function defaultModel(host: Host, caller: Caller): Promise<string | undefined> {
  if (host.config.models.default !== undefined) return host.config.models.default;
  for await (const { id, standIn } of allowed(host, caller)) if (!standIn) return id;
  return undefined;
}
