import type { GenerationSettings, ThreadEntry } from "../api/wire.ts";

/** The settings that the page can show and change; a script may have set others. */
export function knownSettings(settings: ThreadEntry["settings"]): GenerationSettings {
  const { temperature, top_p, max_tokens, reasoning_effort } = settings;
  return {
    ...(typeof temperature === "number" && { temperature }),
    ...(typeof top_p === "number" && { top_p }),
    ...(typeof max_tokens === "number" && { max_tokens }),
    ...(typeof reasoning_effort === "string" && { reasoning_effort }),
  };
}
