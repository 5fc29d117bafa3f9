import type { Model, ModelSettings } from "../../protocols/model.ts";
import type { Budget } from "./fit-context.ts";

/**
 * For models whose window nobody told. Most of today's hold at least this much; where one holds less, the upstream
 * refuses in its own words, and `models.context_windows` in the configuration mends it.
 */
const assumedWindow = 128_000;

/** How much a call to this model may hold, and how much of that the answer keeps for itself. */
export async function budgetFor(model: Model, id: string, settings: ModelSettings): Promise<Budget> {
  const known = (await model.listModels()).find((info) => typeof info !== "string" && info.id === id);
  const contextWindow = (typeof known === "object" ? known.contextWindow : undefined) ?? assumedWindow;
  const wanted = settings.max_tokens ?? 4096;
  return { contextWindow, reserved: Math.min(wanted, Math.floor(contextWindow / 4)) };
}
