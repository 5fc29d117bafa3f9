import { ChevronLeft, ChevronRight } from "lucide-react";
import type { MessageEntry } from "../api/wire.ts";
import { IconButton } from "../workspace/icon-button.tsx";

type Props = {
  readonly entry: MessageEntry;
  readonly disabled: boolean;
  readonly onSwitch: (messageId: string) => void;
};

/** Which of several beginnings stands here, and the way to the others. */
export function BranchSwitch({ entry, disabled, onSwitch }: Props) {
  const siblings = entry.siblings ?? [];
  const at = siblings.indexOf(entry.id);
  const before = siblings[at - 1];
  const after = siblings[at + 1];
  if (siblings.length < 2 || at === -1) return null;
  return (
    <span className="branches">
      <IconButton
        name="Earlier version"
        icon={ChevronLeft}
        disabled={disabled || before === undefined}
        onClick={() => before !== undefined && onSwitch(before)}
      />
      <span>
        {at + 1}/{siblings.length}
      </span>
      <IconButton
        name="Later version"
        icon={ChevronRight}
        disabled={disabled || after === undefined}
        onClick={() => after !== undefined && onSwitch(after)}
      />
    </span>
  );
}
