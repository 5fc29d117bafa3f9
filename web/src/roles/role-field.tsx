import { type ReactNode, useId } from "react";
import { roleLimits } from "../../../src/lib/role-texts.ts";
import { useWords } from "../words/language.ts";

type Field = {
  readonly id: string;
  readonly "aria-invalid": boolean;
  readonly "aria-describedby": string;
};

type Props = {
  readonly what: keyof typeof roleLimits;
  readonly text: string;
  /** What is wrong with it, in a sentence. */
  readonly fault: string | undefined;
  readonly children: (field: Field) => ReactNode;
};

/** A field under its name, with how much is in it of what may be, and what is wrong. */
export function RoleField({ what, text, fault, children }: Props) {
  const { roles: words } = useWords();
  const id = useId();
  const amount = (count: number) => count.toLocaleString(document.documentElement.lang);
  return (
    <div className="role-field">
      <label className="setting-name" htmlFor={id}>
        {words[what]}
      </label>
      {children({ id, "aria-invalid": fault !== undefined, "aria-describedby": `${id}hint` })}
      <span className="role-hint" id={`${id}hint`}>
        <span className="setting-hint" data-wrong="true" role="alert">
          {fault}
        </span>
        <span className="setting-hint role-count">
          {amount([...text.trim()].length)} / {amount(roleLimits[what])}
        </span>
      </span>
    </div>
  );
}
