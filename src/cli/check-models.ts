import { usualSettings } from "../core/models/plugin.ts";
import type { Provider } from "../core/models/provider.ts";
import { providersFrom } from "../core/models/providers.ts";
import type { RunningHost } from "../host/create-host.ts";
import { type Check, check } from "./check.ts";

/** How long a provider may take to list its models, in ms. */
const patienceMs = 5_000;

/** Every provider, and the models it has. */
export async function checkModels(host: RunningHost): Promise<readonly Check[]> {
  if (host.resolved().model?.file !== undefined) {
    const list = async () => counted((await (await host.get("model")).listModels()).length);
    return [await check("models", list)];
  }
  let providers: readonly Provider[] = [];
  const opened = await check("models", async () => {
    providers = await providersFrom(host.config, usualSettings(host));
    return "";
  });
  if (!opened.ok) return [opened];
  const configured = providers.filter(({ guessed }) => !guessed);
  const guessed = providers.filter((provider) => provider.guessed);
  const found = await Promise.all(guessed.map((provider) => look(host, provider)));
  const there = found.filter(({ ok }) => ok);
  const checks = [...(await Promise.all(configured.map((provider) => look(host, provider)))), ...there];
  for (const provider of providers) provider.shutdown?.();
  if (checks.length > 0) return checks;
  const detail =
    "no provider is configured and no model server was found on this machine: only `demo` answers. " +
    "Set OPENAI_API_KEY or OPENAI_BASE_URL, or start Ollama.";
  return [{ name: "models", ok: true, detail }];
}

const look = (host: RunningHost, provider: Provider): Promise<Check> =>
  check(`models of ${provider.name}`, async () => {
    const models = await provider.listModels(AbortSignal.timeout(patienceMs));
    const fixed = host.config.models.providers[provider.name]?.models !== undefined;
    return `${counted(models.length)}${fixed ? ", as configured (not asked for)" : ""}`;
  });

const counted = (count: number): string => `${count} model${count === 1 ? "" : "s"}`;
