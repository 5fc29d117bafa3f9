import { useEffect } from "react";
import { Option } from "../choosing/option.tsx";
import { useWords } from "../words/language.ts";
import type { Suggestion } from "./commands.ts";

export const menuId = "slash-menu";
export const optionId = (index: number): string => `${menuId}-${index}`;

type Props = {
  readonly found: readonly Suggestion[];
  readonly active: number;
  readonly onChoose: (suggestion: Suggestion) => void;
};

/** What could be meant by the slash in the field. The keyboard stays in the field, which tells where in here it is. */
export function SlashMenu({ found, active, onChoose }: Props) {
  const { composer } = useWords();
  useEffect(() => {
    document.getElementById(optionId(active))?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <>
      <div className="options slash-menu" id={menuId} role="listbox" aria-label={composer.commands}>
        {found.map((suggestion, index) => (
          <Option
            key={suggestion.text}
            id={optionId(index)}
            chosen={index === active}
            active={index === active}
            onChoose={() => onChoose(suggestion)}
          >
            <span className="option-text">
              <bdi className="option-name">
                {suggestion.label}
                {suggestion.usage !== undefined && <span className="quiet"> {suggestion.usage}</span>}
              </bdi>
              <bdi className="option-note">{suggestion.note}</bdi>
            </span>
          </Option>
        ))}
      </div>
      <span className="unseen" role="status">
        {composer.commandsFound(found.length)}
      </span>
    </>
  );
}
