import { SkeletonError } from "../../lib/errors.ts";
import type { Config } from "../../protocols/config.ts";
import { loadAiSdkProvider } from "./ai-sdk/load-provider.ts";
import { endpoint } from "./openai/http-call.ts";
import { createOpenAIProvider } from "./openai/openai-provider.ts";
import type { Provider, UpstreamTimeouts } from "./provider.ts";

export type ProviderSettings = {
  readonly listTimeoutMs: number;
  /** Provider name to loopback port. */
  readonly localPorts: Readonly<Record<string, number>>;
  /** How long a guessed server has to answer, in ms. */
  readonly localTimeoutMs: number;
  /** Where AI SDK packages may be installed, best first. */
  readonly packageFolders: readonly string[];
  readonly now: () => Date;
  readonly newId: () => string;
};

const openaiUrl = "https://api.openai.com/v1";

/**
 * Everybody who may answer, in the configuration's order, `OPENAI_…` last. Where nobody is configured: the loopback
 * ports at which model servers usually listen, save our own.
 * @throws `config_invalid` when a provider's package is missing or its settings cannot be used.
 */
export async function providersFrom(
  { models, port }: Pick<Config, "models" | "port">,
  settings: ProviderSettings,
): Promise<readonly Provider[]> {
  const { now, newId, listTimeoutMs } = settings;
  const timeouts: UpstreamTimeouts = {
    connectMs: models.connect_timeout_ms,
    firstByteMs: models.first_byte_timeout_ms,
    idleMs: models.idle_timeout_ms,
  };
  const open = (
    name: string,
    where: { baseUrl: string; apiKey?: string | undefined; headers?: Record<string, string> },
    more: { prefix?: string; models?: readonly string[] | undefined; guessed?: boolean } = {},
  ): Provider =>
    createOpenAIProvider({
      endpoint: endpoint({ name, ...where }),
      timeouts: more.guessed ? { ...timeouts, connectMs: settings.localTimeoutMs } : timeouts,
      listTimeoutMs: more.guessed ? settings.localTimeoutMs : listTimeoutMs,
      now,
      newId,
      ...more,
    });

  const providers: Provider[] = [];
  const { openai_api_key: envKey, openai_base_url: envUrl } = models;
  for (const [name, provider] of Object.entries(models.providers)) {
    if (name === "demo") {
      throw new SkeletonError("config_invalid", "models.providers.demo: this name belongs to the demo.", {
        hint: "Give the provider another name.",
      });
    }
    if (provider.type !== "openai") {
      const folders = settings.packageFolders;
      providers.push(await loadAiSdkProvider({ name, config: provider, timeouts, folders }));
      continue;
    }
    const { headers, prefix } = provider;
    const isEnv = name === "openai";
    const baseUrl = provider.base_url ?? (isEnv ? envUrl : undefined) ?? openaiUrl;
    // the key of the environment goes nowhere but where it was meant for
    const mayUseKey = isEnv && (provider.base_url === undefined || provider.base_url === envUrl);
    const apiKey = provider.api_key ?? (mayUseKey ? envKey : undefined);
    providers.push(open(name, { baseUrl, apiKey, headers }, { prefix, models: provider.models }));
  }
  if ((envKey !== undefined || envUrl !== undefined) && models.providers.openai === undefined) {
    providers.push(open("openai", { baseUrl: envUrl ?? openaiUrl, apiKey: envKey }));
  }
  if (providers.length > 0 || !models.discover) return providers;
  return Object.entries(settings.localPorts)
    .filter(([, localPort]) => localPort !== port)
    .map(([name, localPort]) =>
      open(name, { baseUrl: `http://127.0.0.1:${localPort}/v1` }, { guessed: true }),
    );
}
