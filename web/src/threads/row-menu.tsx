import { type KeyboardEvent, type RefObject, useEffect, useLayoutEffect, useRef } from "react";

export type MenuItem = {
  readonly name: string;
  /** Keys that do the same from the row. */
  readonly keys?: readonly string[];
  readonly act: () => void;
};

type Props = {
  readonly name: string;
  /** What it opens at. */
  readonly anchor: RefObject<HTMLElement | null>;
  readonly items: readonly MenuItem[];
  readonly onClose: () => void;
};

/** A menu above everything else. Arrows go through it, Esc, Tab and whatever happens outside close it. */
export function RowMenu({ name, anchor, items, onClose }: Props) {
  const menu = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const element = menu.current;
    const at = anchor.current?.getBoundingClientRect();
    if (element === null || at === undefined) return;
    element.showPopover();
    const { offsetWidth: width, offsetHeight: height } = element;
    const below = at.bottom + height + 8 <= innerHeight;
    element.style.insetBlockStart = `${below ? at.bottom + 2 : Math.max(8, at.top - height - 2)}px`;
    element.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
    element.querySelector("button")?.focus();
  }, [anchor]);

  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const holdsAnchor = ({ target }: Event) => target instanceof Node && target.contains(anchor.current);
    const outside = ({ target }: Event) =>
      target instanceof Node && !menu.current?.contains(target) && !anchor.current?.contains(target);
    // It would stay where it is while its row moves.
    addEventListener("scroll", (event) => holdsAnchor(event) && close.current(), { capture: true, signal });
    addEventListener("resize", () => close.current(), { signal });
    addEventListener("pointerdown", (event) => outside(event) && close.current(), { capture: true, signal });
    return () => stop.abort();
  }, [anchor]);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    event.stopPropagation(); // neither the row nor the drawer has a part in it
    const choices = [...event.currentTarget.querySelectorAll("button")];
    const index = choices.findIndex((choice) => choice.matches(":focus"));
    const { length } = choices;
    const to = {
      ArrowDown: (index + 1) % length,
      ArrowUp: (index - 1 + length) % length,
      Home: 0,
      End: length - 1,
    }[event.key];
    if (to !== undefined) choices[to]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") onClose();
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={menu}
      className="menu"
      popover="manual"
      role="menu"
      aria-label={name}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {items.map((item) => (
        <button
          key={item.name}
          type="button"
          role="menuitem"
          tabIndex={-1}
          onClick={() => {
            onClose();
            item.act();
          }}
        >
          {item.name}
          <span className="keys" aria-hidden="true">
            {item.keys?.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </span>
        </button>
      ))}
    </div>
  );
}
