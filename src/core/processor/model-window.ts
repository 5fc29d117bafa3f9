import type { PreCall } from "../../protocols/function-plugin.ts";
import type { Model, ModelInfo, ModelSettings } from "../../protocols/model.ts";
import { type Budget, estimateTokens } from "./fit-context.ts";
import type { Talk } from "./talk.ts";

/**
 * For models whose window nobody told. Most of today's hold at least this much; where one holds less, the upstream
 * refuses in its own words, and `models.context_windows` in the configuration mends it.
 */
const assumedWindow = 128_000;

/** What is known of a model beside its name. */
export async function modelInfo(model: Model, id: string): Promise<ModelInfo | undefined> {
  const known = (await model.listModels()).find((info) => typeof info !== "string" && info.id === id);
  return typeof known === "object" ? known : undefined;
}

/** How much a call to this model may hold, and how much of that the answer keeps for itself. */
export function windowOf(info: ModelInfo | undefined, settings: ModelSettings): Budget {
  const contextWindow = info?.contextWindow ?? assumedWindow;
  const wanted = settings.max_tokens ?? 4096;
  return { contextWindow, reserved: Math.min(wanted, Math.floor(contextWindow / 4)) };
}

/** Tokens that a call has for what is said in it, beside its system prompt and its tools. */
export async function roomFor(
  { host, turn }: Talk,
  { model, systemPrompt = "", tools }: Pick<PreCall, "model" | "systemPrompt" | "tools">,
): Promise<number> {
  const info = await modelInfo(await host.get("model"), model);
  const { contextWindow, reserved } = windowOf(info, turn.settings);
  return contextWindow - reserved - estimateTokens(systemPrompt + JSON.stringify(tools));
}
