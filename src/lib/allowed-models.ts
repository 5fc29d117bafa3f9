import type { ModelInfo } from "../protocols/model.ts";
import type { Host } from "../protocols/plugin.ts";

async function* allowed(
  host: Host,
  username: string,
  options: { readonly fresh?: boolean } = {},
): AsyncGenerator<ModelInfo, void> {
  const [auth, model] = await Promise.all([host.get("auth"), host.get("model")]);
  for (const listed of await model.listModels(options)) {
    const info = typeof listed === "string" ? { id: listed, provider: "" } : listed;
    if (await auth.requestAllowed({ username, model: info.id })) yield info;
  }
}

/**
 * The models that a user may use, in the order to show; those that only stand in for a real one, too.
 * @param options.fresh as `listModels` has it.
 */
export const allowedModels = (
  host: Host,
  userId: string,
  options?: { readonly fresh?: boolean },
): Promise<readonly ModelInfo[]> => Array.fromAsync(allowed(host, userId, options));

/** The model of whoever names none: the configured one, else the first real one this user may use. */
export async function defaultModel(host: Host, userId: string): Promise<string | undefined> {
  if (host.config.models.default !== undefined) return host.config.models.default;
  for await (const { id, standIn } of allowed(host, userId)) if (!standIn) return id;
  return undefined;
}
