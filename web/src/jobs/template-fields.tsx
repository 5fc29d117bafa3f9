import { Field } from "../rooms/field.tsx";
import { useJobWords } from "./use-job-words.ts";
import type { useVoiceFields } from "./use-voice-fields.ts";

type Props = {
  readonly voice: ReturnType<typeof useVoiceFields>;
  /** It was tried to hand the job in: what lacks is told. */
  readonly tried: boolean;
};

/** Which version of a role answers, where it has several, and a value for each place in its text. */
export function TemplateFields({ voice, tried }: Props) {
  const words = useJobWords();
  const { versions, places, values } = voice;
  if (versions.length < 2 && places.length === 0) return null;
  return (
    <div className="room-fields">
      {versions.length > 1 && (
        <Field label={words.version}>
          {(field) => (
            <select
              {...field}
              value={voice.version}
              onChange={({ target }) => voice.chooseVersion(Number(target.value))}
            >
              {versions.map(({ version, replaced }) => (
                <option key={version} value={version}>
                  {replaced === null ? words.versionNow(version) : version}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {places.map(({ path, optional }) => (
        <Field
          key={path}
          label={path}
          {...(optional && { hint: words.valueHint })}
          fault={tried && !optional && !values[path] ? words.noValue : undefined}
        >
          {(field) => (
            <input
              {...field}
              type="text"
              dir="auto"
              autoComplete="off"
              value={values[path] ?? ""}
              onChange={({ target }) => voice.give(path, target.value)}
            />
          )}
        </Field>
      ))}
    </div>
  );
}
