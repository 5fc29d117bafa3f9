/** Model and prompt of the last message from this browser: where the next new chat begins. */
export type LastUsed = {
  readonly model?: string | undefined;
  readonly systemPrompt?: string | undefined;
  /** Models, the last one first. */
  readonly models?: readonly string[];
};

const slot = "last-used";
const mostModels = 3;

export function readLastUsed(): LastUsed {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(slot) ?? "{}");
    return kept !== null && typeof kept === "object" ? kept : {};
  } catch {
    return {}; // written by hand, or storage is forbidden here
  }
}

/** @returns what is remembered now. */
export function keepLastUsed({ model, systemPrompt }: Omit<LastUsed, "models">): LastUsed {
  const { model: last, models = last === undefined ? [] : [last] } = readLastUsed();
  const others = models.filter((other) => other !== model);
  const used: LastUsed = {
    model,
    systemPrompt,
    models: [...(model === undefined ? [] : [model]), ...others].slice(0, mostModels),
  };
  try {
    localStorage.setItem(slot, JSON.stringify(used));
  } catch {
    // Storage is forbidden or full: the next chat begins with the first model.
  }
  return used;
}
