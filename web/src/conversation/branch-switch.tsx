import { ChevronLeft, ChevronRight } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import type { MessageEntry } from "../api/wire.ts";
import { useWords } from "../words/language.ts";
import { IconButton } from "../workspace/icon-button.tsx";
import { isPressed } from "../workspace/shortcuts.ts";

type Props = {
  readonly entry: MessageEntry;
  readonly disabled: boolean;
  readonly onSwitch: (messageId: string) => void;
};

/** The version that was switched to from here: the message that it begins takes the focus over when it comes. */
let awaited: string | undefined;

/** Which of several beginnings stands here, and the way to the others, by the arrow keys too. */
export function BranchSwitch({ entry, disabled, onSwitch }: Props) {
  const { conversation: words } = useWords();
  const group = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    if (awaited !== entry.id) return;
    awaited = undefined;
    group.current?.querySelector<HTMLElement>("button:not(:disabled)")?.focus({ preventScroll: true });
  }, [entry.id]);

  const siblings = entry.siblings ?? [];
  const at = siblings.indexOf(entry.id);
  if (siblings.length < 2 || at === -1) return null;
  const go = (messageId: string | undefined) => {
    if (messageId === undefined || disabled) return;
    awaited = messageId;
    onSwitch(messageId);
  };
  const before = siblings[at - 1];
  const after = siblings[at + 1];
  const onKeyDown = (event: KeyboardEvent) => {
    if (isPressed(event, "earlierBranch")) go(before);
    if (isPressed(event, "laterBranch")) go(after);
  };
  return (
    <fieldset className="branches" aria-label={words.versions} ref={group} onKeyDown={onKeyDown}>
      <IconButton
        name={words.earlierVersion}
        icon={ChevronLeft}
        disabled={disabled || before === undefined}
        onClick={() => go(before)}
      />
      <span>
        {at + 1}/{siblings.length}
      </span>
      <IconButton
        name={words.laterVersion}
        icon={ChevronRight}
        disabled={disabled || after === undefined}
        onClick={() => go(after)}
      />
    </fieldset>
  );
}
