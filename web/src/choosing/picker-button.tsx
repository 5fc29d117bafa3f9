import { ChevronDown } from "lucide-react";

type Props = {
  readonly name: string;
  readonly value: string;
  readonly panelId: string;
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly warning?: string | undefined;
};

/** What is chosen, and the way to choose something else. */
export function PickerButton({ name, value, panelId, open, onToggle, warning }: Props) {
  const whole = `${name}: ${value}${warning === undefined ? "" : `. ${warning}`}`;
  return (
    <button
      type="button"
      className="picker"
      data-warning={warning !== undefined}
      aria-label={whole}
      title={whole}
      aria-haspopup="listbox"
      aria-expanded={open}
      {...(open && { "aria-controls": panelId })}
      onMouseDown={(event) => {
        if (open) event.preventDefault(); // else losing the focus would shut it, and the click open it again
      }}
      onClick={onToggle}
    >
      <span>
        <bdi>{value}</bdi>
      </span>
      <ChevronDown size={14} strokeWidth={1.5} aria-hidden="true" />
    </button>
  );
}
