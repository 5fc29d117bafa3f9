import { useEffect, useRef } from "react";
import type { MadeKey } from "../api/wire.ts";
import { Field } from "../rooms/field.tsx";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { useKeyFields } from "./use-key-fields.ts";
import { useKeyWords } from "./use-key-words.ts";
import { useMakeKey } from "./use-keys.ts";

const scopes = ["chat", "jobs", "read"] as const;
/** In days; the last one has no end. */
const periods = [7, 30, 90, 365, 0] as const;
/** In seconds. */
const spans = [60, 3600, 86400] as const;

type Props = { readonly onMade: (key: MadeKey) => void; readonly onCancel: () => void };

/** What a new key is for, what it may do, and for how long. */
export function KeyForm({ onMade, onCancel }: Props) {
  const words = useKeyWords();
  const { common } = useWords();
  const { fields, change, faults, tried, tryIt } = useKeyFields();
  const make = useMakeKey();
  const first = useRef<HTMLInputElement>(null);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => first.current?.focus(), []);
  const told = <Fault extends keyof typeof faults>(name: Fault) => (tried ? faults[name] : undefined);
  return (
    <form
      className="room-form"
      aria-label={words.make}
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        const wanted = tryIt();
        if (wanted === undefined) {
          // Once the faults are drawn, the first of them has the focus.
          requestAnimationFrame(() =>
            form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus(),
          );
        } else if (!make.isPending) make.mutate(wanted, { onSuccess: onMade });
      }}
      onKeyDown={({ key }) => key === "Escape" && onCancel()}
    >
      <Field label={words.name} hint={words.nameHint} fault={told("name")}>
        {(field) => (
          <input
            {...field}
            ref={first}
            type="text"
            dir="auto"
            maxLength={100}
            autoComplete="off"
            value={fields.name}
            onChange={({ target }) => change({ name: target.value })}
          />
        )}
      </Field>
      <fieldset className="key-scopes">
        <legend>{words.mayDo}</legend>
        {scopes.map((scope) => (
          <label key={scope}>
            <input
              type="checkbox"
              checked={fields.scopes.includes(scope)}
              {...(told("scopes") !== undefined && { "aria-invalid": true })}
              onChange={({ target }) =>
                change({
                  scopes: scopes.filter((each) =>
                    each === scope ? target.checked : fields.scopes.includes(each),
                  ),
                })
              }
            />
            <span>
              {words.scopes[scope][0]} <span className="quiet">{words.scopes[scope][1]}</span>
            </span>
          </label>
        ))}
        {told("scopes") && <span className="room-fault">{faults.scopes}</span>}
      </fieldset>
      <div className="room-fields">
        <Field label={words.holds}>
          {(field) => (
            <select
              {...field}
              value={fields.days}
              onChange={({ target }) => change({ days: Number(target.value) })}
            >
              {periods.map((days) => (
                <option key={days} value={days}>
                  {words.periods[days]}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={words.models} hint={words.modelsHint}>
          {(field) => (
            <input
              {...field}
              type="text"
              maxLength={500}
              spellCheck={false}
              autoComplete="off"
              value={fields.models}
              onChange={({ target }) => change({ models: target.value })}
            />
          )}
        </Field>
        <Field label={words.limit} hint={words.limitHint} fault={told("calls")}>
          {(field) => (
            <input
              {...field}
              type="text"
              inputMode="numeric"
              autoComplete="off"
              value={fields.calls}
              onChange={({ target }) => change({ calls: target.value })}
            />
          )}
        </Field>
        <Field label={words.per}>
          {(field) => (
            <select
              {...field}
              disabled={fields.calls.trim() === ""}
              value={fields.seconds}
              onChange={({ target }) => change({ seconds: Number(target.value) })}
            >
              {spans.map((seconds) => (
                <option key={seconds} value={seconds}>
                  {words.spans[seconds]}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      {make.isError && <Notice error={make.error} />}
      <div className="room-answers">
        <button type="button" className="text-button" onClick={onCancel}>
          {common.cancel}
        </button>
        <button type="submit" className="primary" disabled={make.isPending}>
          {words.make}
        </button>
      </div>
    </form>
  );
}
