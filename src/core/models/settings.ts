import { SkeletonError } from "../../lib/errors.ts";
import type { Json } from "../../protocols/json.ts";
import type { ModelSettings } from "../../protocols/model.ts";

/** What a request says by other means, so that no setting may say it. */
const reserved = ["model", "messages", "stream", "stream_options", "tools"];

/**
 * Settings on top of each other, the last wins; `null` takes a parameter away, so that a default can be undone.
 * @throws `bad_input` for a name that is no parameter of generation.
 */
export function mergeSettings(
  ...layers: readonly (Readonly<Record<string, unknown>> | undefined)[]
): ModelSettings {
  const merged: Record<string, Json> = {};
  for (const [name, value] of layers.flatMap((layer) => Object.entries(layer ?? {}))) {
    if (reserved.includes(name)) {
      throw new SkeletonError("bad_input", `\`${name}\` is not a setting of a model.`, {
        hint: "Take it out of the settings; the request says it by other means.",
      });
    }
    if (value === null) delete merged[name];
    else if (value !== undefined) merged[name] = value as Json;
  }
  return merged;
}
