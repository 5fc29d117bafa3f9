/** Model and prompt of the last message from this browser: where the next new chat begins. */
export type LastUsed = { readonly model?: string | undefined; readonly systemPrompt?: string | undefined };

const slot = "last-used";

export function readLastUsed(): LastUsed {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(slot) ?? "{}");
    return kept !== null && typeof kept === "object" ? kept : {};
  } catch {
    return {}; // written by hand, or storage is forbidden here
  }
}

export function keepLastUsed(used: LastUsed): void {
  try {
    localStorage.setItem(slot, JSON.stringify(used));
  } catch {
    // Storage is forbidden or full: the next chat begins with the first model.
  }
}
