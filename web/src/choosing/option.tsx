import type { ReactNode } from "react";

type Props = {
  readonly id: string;
  readonly chosen: boolean;
  /** Where the keyboard is. */
  readonly active: boolean;
  readonly disabled?: boolean;
  readonly title?: string | undefined;
  readonly onChoose: () => void;
  readonly children: ReactNode;
};

/** A line of a list to choose from. The field that the list belongs to has the focus and the keys, also after a click. */
export function Option({ id, chosen, active, disabled = false, title, onChoose, children }: Props) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
    <div
      id={id}
      className="option"
      role="option"
      tabIndex={-1}
      title={title}
      aria-selected={chosen}
      aria-disabled={disabled}
      data-active={active}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => {
        if (!disabled) onChoose();
      }}
    >
      {children}
    </div>
  );
}
