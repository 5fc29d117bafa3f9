import { useId } from "react";
import type { GenerationSettings } from "../api/wire.ts";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { NumberSetting } from "./number-setting.tsx";
import type { Generation } from "./use-generation.ts";

const efforts = ["low", "medium", "high"] as const;

type Props = { readonly id: string; readonly generation: Generation; readonly fresh: boolean };

/** How answers are generated, in place. What is left empty is the model's own default, and is not sent. */
export function SettingsPanel({ id, generation, fresh }: Props) {
  const { choosing: words } = useWords();
  const { settings, change, error } = generation;
  const set = <Key extends keyof GenerationSettings>(
    key: Key,
    value: GenerationSettings[Key] | undefined,
  ) => {
    const { [key]: _, ...others } = settings;
    change(value === undefined ? others : { ...others, [key]: value });
  };
  return (
    <section className="panel settings-panel" id={id} aria-label={words.settings}>
      <p className="quiet">{fresh ? words.settingsOfNewChat : words.settingsOfThread}</p>
      <div className="settings">
        <NumberSetting
          name={words.temperature}
          hint={words.temperatureHint}
          {...{ min: 0, max: 2, step: 0.1 }}
          value={settings.temperature}
          onChange={(value) => set("temperature", value)}
        />
        <NumberSetting
          name={words.topP}
          hint={words.topPHint}
          {...{ min: 0, max: 1, step: 0.05 }}
          value={settings.top_p}
          onChange={(value) => set("top_p", value)}
        />
        <NumberSetting
          name={words.maxTokens}
          hint={words.maxTokensHint}
          {...{ min: 1, step: 1 }}
          value={settings.max_tokens}
          onChange={(value) => set("max_tokens", value)}
        />
        <EffortSetting
          value={settings.reasoning_effort}
          onChange={(value) => set("reasoning_effort", value)}
        />
      </div>
      {error !== null && <Notice error={error} />}
      <button
        type="button"
        className="text-button"
        disabled={Object.keys(settings).length === 0}
        onClick={() => change({})}
      >
        {words.resetSettings}
      </button>
    </section>
  );
}

type EffortProps = {
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
};

function EffortSetting({ value, onChange }: EffortProps) {
  const { choosing: words } = useWords();
  const group = useId();
  const known = efforts.find((effort) => effort === value);
  // A script may have chosen a word that only its model knows.
  const other = value === undefined || known !== undefined ? [] : [value];
  return (
    <fieldset className="setting">
      <legend className="setting-name">{words.effort}</legend>
      <span className="segments">
        {[undefined, ...efforts, ...other].map((effort) => (
          <label key={effort ?? ""} className="segment">
            <input type="radio" name={group} checked={effort === value} onChange={() => onChange(effort)} />
            <span>{effort === undefined ? words.byDefault : effortName(effort, words.efforts)}</span>
          </label>
        ))}
      </span>
      <span className="setting-hint">{words.effortHint}</span>
    </fieldset>
  );
}

const effortName = (effort: string, names: Readonly<Record<string, string>>) => names[effort] ?? effort;
