import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { codeOf } from "../api/api-error.ts";
import type { RoleEntry } from "../api/wire.ts";
import { newKey } from "../lib/new-key.ts";
import { useAutoGrow } from "../lib/use-auto-grow.ts";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { RoleField } from "./role-field.tsx";
import { useRoleChanges } from "./use-role-changes.ts";
import { useRoleFields } from "./use-role-fields.ts";

type Props = {
  /** Absent: a new one is made. */
  readonly role: RoleEntry | undefined;
  readonly roles: readonly RoleEntry[];
  readonly onDone: () => void;
};

/** A role's name and instructions, in place. */
export function RoleEditor({ role, roles, onDone }: Props) {
  const { common, roles: words } = useWords();
  const fields = useRoleFields(role, roles);
  const [newId] = useState(newKey); // trying again makes no second one
  const [tried, setTried] = useState(false);
  const { mutate, isPending, error } = useRoleChanges();
  const form = useRef<HTMLFormElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const nameField = useRef<HTMLInputElement>(null);
  useAutoGrow(area, fields.instructions);
  useEffect(() => nameField.current?.focus({ preventScroll: true }), []);

  const done = () => {
    fields.forget();
    onDone();
  };
  const keep = () => {
    setTried(true);
    if (fields.faults.name !== undefined) return nameField.current?.focus();
    if (fields.faults.instructions !== undefined) return area.current?.focus();
    const texts = {
      name: fields.name.trim(),
      instructions: fields.instructions.trim(),
      shared: fields.shared,
    };
    const settled = { onSuccess: done };
    if (role === undefined) return mutate({ what: "make", role: { id: newId, ...texts } }, settled);
    const changed = Object.fromEntries(
      (["name", "instructions", "shared"] as const)
        .filter((what) => texts[what] !== role[what])
        .map((what) => [what, texts[what]]),
    );
    if (Object.keys(changed).length === 0) return done();
    mutate({ what: "change", id: role.id, texts: changed }, settled);
  };
  /** What is blank is told once it was tried to keep it. */
  const told = (what: "name" | "instructions") => {
    const fault = fields.faults[what];
    if (fault === undefined || (fault === "blank" && !tried)) return undefined;
    return fault === "taken" ? words.taken : words.faults[what][fault];
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.current?.requestSubmit();
  };
  return (
    <form
      className="role-form"
      ref={form}
      aria-label={role === undefined ? words.make : words.editOf(role.name)}
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isPending) keep();
      }}
    >
      <RoleField what="name" text={fields.name} fault={told("name")}>
        {(field) => (
          <input
            {...field}
            type="text"
            dir="auto"
            ref={nameField}
            value={fields.name}
            autoComplete="off"
            onChange={({ target }) => fields.setName(target.value)}
          />
        )}
      </RoleField>
      <RoleField what="instructions" text={fields.instructions} fault={told("instructions")}>
        {(field) => (
          <textarea
            {...field}
            dir="auto"
            ref={area}
            value={fields.instructions}
            onChange={({ target }) => fields.setInstructions(target.value)}
          />
        )}
      </RoleField>
      {fields.isAdmin && (
        <label className="role-shared">
          <input
            type="checkbox"
            checked={fields.shared}
            onChange={({ target }) => fields.setShared(target.checked)}
          />
          <span>{words.share}</span>
        </label>
      )}
      {error !== null && <Notice error={codeOf(error) === "conflict" ? words.taken : error} />}
      <div className="role-answers">
        <button type="button" className="text-button" onClick={done}>
          {common.cancel}
        </button>
        <button type="submit" className="primary" disabled={isPending}>
          {common.save}
        </button>
      </div>
    </form>
  );
}
