import type { LucideIcon } from "lucide-react";

type Props = {
  readonly name: string;
  readonly icon: LucideIcon;
  readonly onClick: () => void;
  readonly className?: string;
  readonly disabled?: boolean;
  /** Of a button that opens something in place. */
  readonly expanded?: boolean;
};

/** An icon that does something, with its name for the eye that rests on it and for the ear. */
export function IconButton({ name, icon: Icon, onClick, className = "", disabled = false, expanded }: Props) {
  return (
    <button
      type="button"
      className={`icon-button ${className}`}
      aria-label={name}
      title={name}
      disabled={disabled}
      aria-expanded={expanded}
      onClick={onClick}
    >
      <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
    </button>
  );
}
