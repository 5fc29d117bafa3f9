import { setTimeout as wait } from "node:timers/promises";
import { SkeletonError } from "../../lib/errors.ts";
import type { Model } from "../../protocols/model.ts";
import type { CorePlugin, Host } from "../../protocols/plugin.ts";
import { createCatalog } from "./catalog.ts";
import { createDemoProvider } from "./demo/demo-provider.ts";
import { type ProviderSettings, providersFrom } from "./providers.ts";
import { packageFolders } from "./resolve-package.ts";
import { createRouter } from "./router.ts";
import { mergeSettings } from "./settings.ts";

/** What a test hands in instead of the world. */
export type RouterOptions = Partial<Omit<ProviderSettings, "now" | "newId" | "log">> & {
  readonly random?: () => number;
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** Between the words of the demo; default 30 ms. */
  readonly demoPaceMs?: number;
};

/** Where model servers listen unless told otherwise. */
const usualPorts = { ollama: 11434, lmstudio: 1234, "llama-server": 8080, vllm: 8000 };

/** How providers are opened outside of tests. */
export const usualSettings = (host: Pick<Host, "config" | "log" | "now" | "newId">): ProviderSettings => ({
  listTimeoutMs: 3_000,
  localPorts: usualPorts,
  localTimeoutMs: 400,
  packageFolders: packageFolders(host.config.plugins_path),
  now: () => host.now(),
  newId: () => host.newId(),
  variables: process.env,
  log: host.log,
});

/**
 * The models of all configured providers, of model servers found on loopback where none is configured, and `demo`.
 * @throws `config_invalid`.
 */
export async function createModelRouter(host: Host, options: RouterOptions = {}): Promise<Model> {
  const { models } = host.config;
  for (const [name, settings] of Object.entries(models.settings)) checkSettings(name, settings);
  const providers = await providersFrom(host.config, { ...usualSettings(host), ...options });
  const sleep = options.sleep ?? ((ms, signal) => wait(ms, undefined, { signal }));
  const demo = createDemoProvider((signal) => sleep(options.demoPaceMs ?? 30, signal));
  const catalog = createCatalog({
    providers: [...providers, demo],
    windows: models.context_windows,
    withoutTools: models.without_tools,
    ttlMs: models.list_ttl_ms,
    host,
  });
  return createRouter({
    catalog,
    fallbacks: models.fallbacks,
    settings: models.settings,
    retries: models.retries,
    log: host.log,
    random: options.random ?? Math.random,
    sleep,
    shutdown() {
      catalog.close();
      for (const provider of providers) provider.shutdown?.();
    },
  });
}

function checkSettings(name: string, settings: Readonly<Record<string, unknown>>): void {
  try {
    mergeSettings(settings);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SkeletonError("config_invalid", `models.settings.${name}: ${reason}`, {
      hint: "Take it out of skeleton.yaml.",
      cause,
    });
  }
}

export const modelRouterPlugin: CorePlugin<"model"> = {
  role: "model",
  name: "router",
  async create(host) {
    const router = await createModelRouter(host);
    if (host.config.models.cache.scope === "off") return router;
    return (await import("./cache/open-cache.ts")).withCache(router, host);
  },
};
