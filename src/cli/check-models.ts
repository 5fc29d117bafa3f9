import { localName } from "../core/models/local/local-provider.ts";
import { usualSettings } from "../core/models/plugin.ts";
import type { Provider } from "../core/models/provider.ts";
import { providersFrom } from "../core/models/providers.ts";
import type { RunningHost } from "../host/create-host.ts";
import { type Check, check } from "./check.ts";

/** How long a provider may take to list its models, in ms: longer than two of its questions are waited for. */
const patienceMs = 8_000;

const onlyDemo = "only `demo` answers, which is a script and not a model";

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
  // a folder of models that nobody made is no news
  const there = found.filter(
    ({ ok, detail }, at) => ok && !(guessed[at]?.name === localName && detail === counted(0)),
  );
  const checks = [...(await Promise.all(configured.map((provider) => look(host, provider)))), ...there];
  for (const provider of providers) provider.shutdown?.();
  if (checks.some(({ ok }) => ok)) return checks;
  if (checks.length > 0) {
    const detail = `no provider answers: until one does, ${onlyDemo}.`;
    return [...checks, { name: "models", ok: false, detail }];
  }
  const detail =
    `no provider is configured and no model server was found on this machine: ${onlyDemo}. ` +
    "Set OPENAI_API_KEY, OPENAI_BASE_URL or LITELLM_ENDPOINT, or start Ollama.";
  return [{ name: "models", ok: true, detail }];
}

const look = (host: RunningHost, provider: Provider): Promise<Check> =>
  check(`models of ${provider.name}`, async () => {
    const models = await provider.listModels(AbortSignal.timeout(patienceMs)).catch((error: unknown) => {
      throw withAddress(error, provider.address);
    });
    const fixed = host.config.models.providers[provider.name]?.models !== undefined;
    const remark = provider.remark?.();
    return [
      `${counted(models.length)}${fixed ? ", as configured (not asked for)" : ""}`,
      ...(remark === undefined ? [] : [remark]),
    ].join("; ");
  });

/** The failure, and where it was met: whoever runs the server may see that. */
function withAddress(error: unknown, address: string | undefined): unknown {
  if (!(error instanceof Error) || address === undefined) return error;
  error.message = `${error.message} (at ${address})`;
  return error;
}

const counted = (count: number): string => `${count} model${count === 1 ? "" : "s"}`;
