import { modelGroups } from "./model-groups.ts";
import type { Choice } from "./use-choice.ts";

export function Pickers({ choice }: { choice: Choice }) {
  const { models, prompts, model, systemPrompt, choose } = choice;
  const missing = model !== undefined && !models.some(({ id }) => id === model);
  const keys = Object.entries(prompts);
  return (
    <div className="pickers">
      <select
        className="picker"
        aria-label="Model"
        title="Model"
        value={model ?? ""}
        disabled={models.length === 0}
        onChange={(event) => choose({ model: event.target.value })}
      >
        {models.length === 0 && model === undefined && <option value="">No model</option>}
        {missing && (
          <option value={model} disabled>
            {models.length === 0 ? model : `${model} (not available)`}
          </option>
        )}
        {modelGroups(models).map(([provider, group]) => (
          <optgroup key={provider} label={provider}>
            {group.map(({ id, description }) => (
              <option key={id} value={id} title={description}>
                {id}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      {keys.length > 0 && (
        <select
          className="picker"
          aria-label="Prompt"
          title="Prompt"
          value={systemPrompt ?? ""}
          onChange={(event) => choose({ systemPrompt: event.target.value })}
        >
          {keys.map(([key, description]) => (
            <option key={key} value={key}>
              {description || key}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
