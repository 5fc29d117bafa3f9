import { type FocusEvent, type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";

export const rowId = (id: string): string => `row-${id}`;

export type RowFocus = {
  /** The row that Tab leads to. It must be in the document, near the window or not. */
  readonly active: string | undefined;
  /** For the element around the rows. */
  readonly handlers: {
    readonly onKeyDown: (event: KeyboardEvent) => void;
    readonly onFocus: (event: FocusEvent) => void;
    readonly onBlur: (event: FocusEvent) => void;
  };
};

/**
 * Up, Down, Home and End go through rows. A row that goes away under the focus leaves it to the one that takes its
 * place; one that moves takes it along.
 * @param ids of all rows, in order, also of those that are not in the document now.
 * @param current the row to begin with.
 */
export function useRowFocus(ids: readonly string[], current: string | null): RowFocus {
  const [last, setLast] = useState<{ readonly id: string; readonly index: number }>();
  const index = last === undefined ? -1 : ids.indexOf(last.id);
  if (last !== undefined && index !== -1 && index !== last.index) setLast({ ...last, index }); // it moved
  const inside = useRef(false);
  const active = activeRow(ids, last, current);

  useLayoutEffect(() => {
    // A focused element that leaves the document leaves the focus to the body, and tells nobody.
    if (inside.current && document.activeElement === document.body) rowElement(active)?.focus();
  });

  const focus = (index: number): boolean => {
    const id = ids[index];
    if (id === undefined) return false;
    flushSync(() => setLast({ id, index }));
    rowElement(id)?.focus();
    return true;
  };

  return {
    active,
    handlers: {
      onKeyDown(event) {
        if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey)
          return;
        const id = idOf(event.target);
        if (id === undefined) return;
        const index = ids.indexOf(id);
        const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: ids.length - 1 }[event.key];
        if (to !== undefined && focus(to)) event.preventDefault();
      },
      onFocus(event) {
        inside.current = true;
        const id = idOf(event.target);
        if (id !== undefined && id !== last?.id) setLast({ id, index: ids.indexOf(id) });
      },
      onBlur(event) {
        const stays =
          event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget);
        if (!stays && event.target.isConnected && document.hasFocus()) inside.current = false;
      },
    },
  };
}

/** From elsewhere, as the search field: the row that Tab leads to. @returns whether there is one. */
export function focusRows(around: Element | null): boolean {
  const row = around?.querySelector<HTMLElement>("[data-row][tabindex='0']");
  row?.focus();
  return row != null;
}

function activeRow(
  ids: readonly string[],
  last: { readonly id: string; readonly index: number } | undefined,
  current: string | null,
): string | undefined {
  if (last !== undefined && ids.includes(last.id)) return last.id;
  if (last !== undefined && ids.length > 0) return ids[Math.min(last.index, ids.length - 1)];
  return current !== null && ids.includes(current) ? current : ids[0];
}

const rowElement = (id: string | undefined): HTMLElement | null =>
  id === undefined ? null : document.getElementById(rowId(id));

const idOf = (target: EventTarget): string | undefined =>
  target instanceof HTMLElement && target.dataset.row !== undefined
    ? target.id.slice("row-".length)
    : undefined;
