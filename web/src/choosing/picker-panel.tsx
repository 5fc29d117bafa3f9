import { Check } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { isComposing } from "../lib/is-composing.ts";
import { useWords } from "../words/language.ts";
import { Option } from "./option.tsx";
import { filterGroups, type PickerGroup } from "./picker-groups.ts";

type Props = {
  readonly id: string;
  /** What is chosen here. */
  readonly name: string;
  readonly groups: readonly PickerGroup[];
  readonly chosen: string | undefined;
  readonly onChoose: (value: string) => void;
  /** What is said below the list. */
  readonly children?: ReactNode;
};

/**
 * A list to choose from with a field that narrows it: the combobox of the ARIA patterns, opened in place. The focus
 * stays in the field, which tells where in the list the keyboard is.
 */
export function PickerPanel({ id, name, groups, chosen, onChoose, children }: Props) {
  const { choosing: words } = useWords();
  const listId = useId();
  const panel = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState("");
  const found = filterGroups(groups, query);
  const items = found.flatMap((group) => group.items);
  const [active, setActive] = useState(() =>
    Math.max(
      0,
      items.findIndex(({ value }) => value === chosen),
    ),
  );
  const at = Math.min(active, items.length - 1);
  const optionId = (index: number) => `${listId}-${index}`;

  useEffect(() => {
    // A keyboard that slides up unasked would cover what there is to choose from.
    const first = matchMedia("(hover: hover)").matches ? field.current : panel.current;
    first?.focus({ preventScroll: true });
  }, []);
  const activeId = optionId(at);
  useEffect(() => {
    document.getElementById(activeId)?.scrollIntoView({ block: "nearest" });
  }, [activeId]);

  const onKeyDown = (event: KeyboardEvent) => {
    const { target } = event;
    const elsewhere = target instanceof Element && target.closest("button") !== null;
    if (isComposing(event.nativeEvent) || elsewhere) return;
    const { length } = items;
    const next = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: Math.min(at + 10, length - 1),
      PageUp: Math.max(at - 10, 0),
    }[event.key];
    if (next !== undefined && length > 0) setActive((next + length) % length);
    else if (event.key === "Enter") {
      const item = items[at];
      if (item !== undefined && !item.disabled) onChoose(item.value);
    } else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the field within, also where no field has the focus
    <div className="panel picker-panel" id={id} ref={panel} tabIndex={-1} onKeyDown={onKeyDown}>
      <input
        ref={field}
        className="picker-find"
        type="text"
        role="combobox"
        aria-label={name}
        aria-expanded="true"
        aria-controls={listId}
        aria-autocomplete="list"
        {...(items.length > 0 && { "aria-activedescendant": activeId })}
        placeholder={words.find}
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setActive(0);
        }}
      />
      <div className="options" role="listbox" id={listId} aria-label={name}>
        {found.map((group, index) => (
          <Group
            key={`${group.name}\n${group.note}`}
            group={group}
            first={found.slice(0, index).reduce((count, { items }) => count + items.length, 0)}
            {...{ at, chosen, optionId, onChoose }}
          />
        ))}
      </div>
      <p className={items.length === 0 && query !== "" ? "quiet" : "unseen"} role="status">
        {query !== "" && words.found(items.length)}
      </p>
      {children}
    </div>
  );
}

type GroupProps = Pick<Props, "chosen" | "onChoose"> & {
  readonly group: PickerGroup;
  /** Where in the whole list its first item stands. */
  readonly first: number;
  readonly at: number;
  readonly optionId: (index: number) => string;
};

function Group({ group, first, at, chosen, optionId, onChoose }: GroupProps) {
  const headId = useId();
  const options = group.items.map(({ value, name = value, title, note, disabled = false }, offset) => (
    <Option
      key={value}
      id={optionId(first + offset)}
      chosen={value === chosen}
      active={first + offset === at}
      disabled={disabled}
      title={title}
      onChoose={() => onChoose(value)}
    >
      <Check className="option-check" size={16} strokeWidth={1.5} aria-hidden="true" />
      <span className="option-text">
        <bdi className="option-name">{name}</bdi>
        {note !== undefined && <bdi className="option-note">{note}</bdi>}
      </span>
    </Option>
  ));
  if (group.name === "") return options;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset may not stand in a listbox
    <div role="group" aria-labelledby={headId} className="option-group">
      <div className="option-head" id={headId} role="presentation">
        <span>{group.name}</span>
        {group.note !== undefined && <span className="option-trouble"> {group.note}</span>}
      </div>
      {options}
    </div>
  );
}
