import { ArrowDown, ArrowUp, Minus, Plus, X } from "lucide-react";
import { type KeyboardEvent, useRef } from "react";
import { isComposing } from "../lib/is-composing.ts";
import { useAutoGrow } from "../lib/use-auto-grow.ts";
import { useWords } from "../words/language.ts";
import { IconButton } from "../workspace/icon-button.tsx";
import { isPressed } from "../workspace/shortcuts.ts";
import type { ReviewedStep } from "./review-steps.ts";

type Props = {
  readonly step: ReviewedStep;
  readonly number: number;
  readonly last: boolean;
  readonly disabled: boolean;
  readonly onChange: (to: Partial<ReviewedStep>) => void;
  /** @param part what the reader has in hand: it keeps the focus. */
  readonly onMove: (by: 1 | -1, part: "text" | "up" | "down") => void;
  readonly onAdd: () => void;
  readonly onRemove: () => void;
  readonly onGoOn: () => void;
};

/**
 * A step that can be changed. In its field Enter begins another one, Shift+Enter a line, Backspace takes a blank one away,
 * Alt with an arrow moves it, and Ctrl+Enter goes on.
 */
export function StepRow({ step, number, last, disabled, onChange, onMove, onAdd, onRemove, onGoOn }: Props) {
  const { conversation: words } = useWords();
  const field = useRef<HTMLTextAreaElement>(null);
  const { key, text, struck, own } = step;
  useAutoGrow(field, text);

  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    const pressed = event.nativeEvent;
    const does = isPressed(pressed, "newStep")
      ? onAdd
      : isPressed(pressed, "carryOut")
        ? onGoOn
        : isPressed(pressed, "stepUp")
          ? () => onMove(-1, "text")
          : isPressed(pressed, "stepDown")
            ? () => onMove(1, "text")
            : event.key === "Backspace" && own && text === ""
              ? onRemove
              : undefined;
    if (does === undefined) return;
    event.preventDefault();
    does();
  };

  const strikes = own
    ? { name: words.removeStep(number), icon: X, onClick: onRemove }
    : struck
      ? { name: words.restoreStep(number), icon: Plus, onClick: () => onChange({ struck: false }) }
      : { name: words.strikeStep(number), icon: Minus, onClick: () => onChange({ struck: true }) };
  return (
    <li className="step-row" data-step={key} data-struck={struck}>
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        data-part="text"
        aria-label={struck ? `${words.step(number)} (${words.stepStruck})` : words.step(number)}
        value={text}
        disabled={disabled}
        readOnly={struck}
        onChange={({ target }) => onChange({ text: target.value })}
        onKeyDown={onKeyDown}
      />
      <span className="step-does">
        <IconButton
          name={words.stepUp(number)}
          icon={ArrowUp}
          part="up"
          disabled={disabled || number === 1}
          onClick={() => onMove(-1, "up")}
        />
        <IconButton
          name={words.stepDown(number)}
          icon={ArrowDown}
          part="down"
          disabled={disabled || last}
          onClick={() => onMove(1, "down")}
        />
        <IconButton {...strikes} disabled={disabled} />
      </span>
    </li>
  );
}
