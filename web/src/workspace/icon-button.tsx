import type { LucideIcon } from "lucide-react";
import type { Ref } from "react";

type Props = {
  readonly name: string;
  readonly icon: LucideIcon;
  readonly onClick: () => void;
  readonly className?: string;
  readonly disabled?: boolean;
  /** Of a button that opens something in place. */
  readonly expanded?: boolean;
  readonly buttonRef?: Ref<HTMLButtonElement>;
  /** What it is called by whoever gives it the focus. */
  readonly part?: string;
};

/** An icon that does something, with its name for the eye that rests on it and for the ear. */
export function IconButton({
  name,
  icon: Icon,
  onClick,
  className = "",
  disabled = false,
  expanded,
  part,
  buttonRef,
}: Props) {
  return (
    <button
      type="button"
      ref={buttonRef}
      className={`icon-button ${className}`}
      aria-label={name}
      title={name}
      disabled={disabled}
      aria-expanded={expanded}
      data-part={part}
      onClick={onClick}
    >
      <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
    </button>
  );
}
