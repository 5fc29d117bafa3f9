import { pathToFileURL } from "node:url";
import { SkeletonError } from "../../../lib/errors.ts";
import type { Config } from "../../../protocols/config.ts";
import type { Provider, UpstreamTimeouts } from "../provider.ts";
import { resolvePackage } from "../resolve-package.ts";
import { createAiSdkProvider } from "./ai-sdk-provider.ts";
import type { SdkFactory } from "./ai-sdk-types.ts";

type ProviderConfig = Config["models"]["providers"][string];

/**
 * Loads an AI SDK provider package that the operator has installed, and makes its provider.
 * @param options.folders where it may be installed, best first.
 * @throws `config_invalid` when it is not there, is no such package, or no models are named.
 */
export async function loadAiSdkProvider(options: {
  readonly name: string;
  readonly config: ProviderConfig;
  readonly timeouts: UpstreamTimeouts;
  readonly folders: readonly string[];
}): Promise<Provider> {
  const { name, config, timeouts, folders } = options;
  const { type, models, prefix, base_url: baseURL, api_key: apiKey, headers } = config;
  const wrong = (what: string, hint: string, cause?: unknown) =>
    new SkeletonError("config_invalid", `models.providers.${name}: ${what}`, { hint, cause });
  if (!/^(@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*$/.test(type)) {
    throw wrong(`type \`${type}\` is not the name of an npm package.`, "Use `openai` or such a name.");
  }
  if (models === undefined || models.length === 0) {
    throw wrong(
      "`models` is missing.",
      `Name the models to offer: packages such as ${type} cannot list them.`,
    );
  }
  const path = resolvePackage(type, folders);
  if (path === undefined) {
    throw wrong(`the package ${type} is not installed.`, `Run: npm install ${type}`);
  }
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (cause) {
    throw wrong(`the package ${type} cannot be loaded.`, `Install it anew: npm install ${type}`, cause);
  }
  const factory = Object.entries(exported).find(
    ([key, value]) => /^create[A-Z]/.test(key) && typeof value === "function",
  )?.[1] as SdkFactory | undefined;
  if (factory === undefined) {
    throw wrong(`the package ${type} is no AI SDK provider.`, "It should export a function `create…`.");
  }
  const sdk = factory({
    name,
    headers,
    ...(baseURL !== undefined && { baseURL }),
    ...(apiKey !== undefined && { apiKey }),
  });
  const secrets = [apiKey ?? "", ...Object.values(headers)].filter(Boolean);
  return createAiSdkProvider({ name, prefix, sdk, models, secrets, timeouts });
}
