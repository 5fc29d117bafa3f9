import { SkeletonError } from "../../lib/errors.ts";
import type { Config } from "../../protocols/config.ts";
import type { Logger } from "../../protocols/plugin.ts";
import { loadAiSdkProvider } from "./ai-sdk/load-provider.ts";
import { createLiteLLMProvider } from "./litellm/litellm-provider.ts";
import type { LocalOptions } from "./local/local-provider.ts";
import { openLocalProvider } from "./local/open-local-provider.ts";
import { endpoint } from "./openai/http-call.ts";
import { createOpenAIProvider } from "./openai/openai-provider.ts";
import type { Provider, UpstreamTimeouts } from "./provider.ts";

export type ProviderSettings = {
  readonly listTimeoutMs: number;
  /** Provider name to loopback port. */
  readonly localPorts: Readonly<Record<string, number>>;
  /** How long a guessed server has to answer, in ms. */
  readonly localTimeoutMs: number;
  /** Where AI SDK packages, and node-llama-cpp, may be installed, best first. */
  readonly packageFolders: readonly string[];
  readonly openRunner?: LocalOptions["openRunner"];
  readonly now: () => Date;
  readonly newId: () => string;
  /** Of the environment: those that were Llamalith's say which local models there are. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
};

type ProviderConfig = Config["models"]["providers"][string];

/** What makes a provider out of variables alone, and lends its key to the provider of that name. */
type FromEnvironment = { readonly url: string | undefined; readonly key: string | undefined };

const usualUrls = { openai: "https://api.openai.com/v1", litellm: "http://localhost:4141" };

/**
 * Everybody who may answer, in the configuration's order, then `LITELLM_…`, `OPENAI_…` and the models of this machine.
 * Where nobody is configured: also the loopback ports at which model servers usually listen, save our own.
 * @throws `config_invalid` when a provider's package is missing or its settings cannot be used.
 */
export async function providersFrom(
  { models, port, data_path }: Pick<Config, "models" | "port" | "data_path">,
  settings: ProviderSettings,
): Promise<readonly Provider[]> {
  const { now, newId, listTimeoutMs } = settings;
  const timeouts: UpstreamTimeouts = {
    connectMs: models.connect_timeout_ms,
    firstByteMs: models.first_byte_timeout_ms,
    idleMs: models.idle_timeout_ms,
  };
  const usual = { timeouts, listTimeoutMs, now, newId };
  const environment = {
    litellm: { url: models.litellm_endpoint, key: models.litellm_api_key },
    openai: { url: models.openai_base_url, key: models.openai_api_key },
  };

  /** One whose wire format is built in. */
  function open(type: "openai" | "litellm", name: string, config: Partial<ProviderConfig>): Provider {
    const fromEnvironment = name === type ? environment[type] : { url: undefined, key: undefined };
    const { baseUrl, apiKey } = whereFor(config, fromEnvironment, usualUrls[type]);
    const { headers = {}, prefix = "", models: named, send_user: sendUser = false, tags = [] } = config;
    const more = { ...usual, prefix, models: named };
    if (type === "openai") {
      return createOpenAIProvider({ ...more, endpoint: endpoint({ name, baseUrl, apiKey, headers }) });
    }
    const key = apiKey?.trim();
    return createLiteLLMProvider({
      ...more,
      endpoint: endpoint({
        name,
        baseUrl: `${baseUrl.trim().replace(/\/+$/, "").replace(/\/v1$/, "")}/v1`,
        apiKey: key,
        headers: { ...(key && { "x-litellm-api-key": key }), ...headers },
      }),
      sendUser,
      tags,
    });
  }

  const ofThatName = models.providers.litellm?.type;
  const { url: liteUrl, key: liteKey } = environment.litellm;
  if ((liteUrl ?? liteKey) !== undefined && ofThatName !== undefined && ofThatName !== "litellm") {
    throw unusable(
      "litellm",
      "LITELLM_ENDPOINT or LITELLM_API_KEY is set, and the provider of that name is no LiteLLM.",
      "Set `type: litellm` there, or give the provider another name.",
    );
  }

  const providers: Provider[] = [];
  for (const [name, config] of Object.entries(models.providers)) {
    const { type } = config;
    if (name === "demo")
      throw unusable(name, "this name belongs to the demo.", "Give the provider another name.");
    if (type !== "litellm" && (config.send_user ?? config.tags) !== undefined) {
      throw unusable(
        name,
        "`send_user` and `tags` are for LiteLLM.",
        "Take them out, or set `type: litellm`.",
      );
    }
    if (type === "openai" || type === "litellm") providers.push(open(type, name, config));
    else {
      const folders = settings.packageFolders;
      providers.push(await loadAiSdkProvider({ name, config, timeouts, folders }));
    }
  }
  for (const type of ["litellm", "openai"] as const) {
    const { url, key } = environment[type];
    if ((url !== undefined || key !== undefined) && models.providers[type] === undefined) {
      providers.push(open(type, type, {}));
    }
  }
  const local = await openLocalProvider({ models, data_path }, settings);
  if (local.guessed !== true || providers.length > 0 || !models.discover) return [...providers, local];
  const servers = Object.entries(settings.localPorts)
    .filter(([, localPort]) => localPort !== port)
    .map(([name, localPort]) =>
      createOpenAIProvider({
        ...usual,
        endpoint: endpoint({ name, baseUrl: `http://127.0.0.1:${localPort}/v1` }),
        timeouts: { ...timeouts, connectMs: settings.localTimeoutMs },
        listTimeoutMs: settings.localTimeoutMs,
        guessed: true,
      }),
    );
  return [local, ...servers];
}

/** Address and key of a provider. The key of the environment goes nowhere but where it was meant for. */
function whereFor(config: Partial<ProviderConfig>, environment: FromEnvironment, usualUrl: string) {
  const { base_url: url, api_key: key } = config;
  const mayUseKey = url === undefined || url === environment.url;
  return {
    baseUrl: url ?? environment.url ?? usualUrl,
    apiKey: key ?? (mayUseKey ? environment.key : undefined),
  };
}

const unusable = (name: string, what: string, hint: string) =>
  new SkeletonError("config_invalid", `models.providers.${name}: ${what}`, { hint });
