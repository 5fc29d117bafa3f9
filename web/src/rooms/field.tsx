import { type ReactNode, useId } from "react";

type FieldAttributes = {
  readonly id: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: true;
};

type Props = {
  readonly label: string;
  readonly hint?: string;
  /** What is wrong with what it holds; stands where the hint does. */
  readonly fault?: string | undefined;
  readonly children: (field: FieldAttributes) => ReactNode;
};

/** A field with its name above and a word about it below. */
export function Field({ label, hint, fault, children }: Props) {
  const id = useId();
  const said = fault ?? hint;
  return (
    <div className="room-field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        ...(said !== undefined && { "aria-describedby": `${id}-said` }),
        ...(fault !== undefined && { "aria-invalid": true }),
      })}
      {said !== undefined && (
        <span id={`${id}-said`} className={fault === undefined ? "quiet" : "room-fault"}>
          {said}
        </span>
      )}
    </div>
  );
}
