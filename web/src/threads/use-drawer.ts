import { type RefObject, useEffect } from "react";
import { focusRows } from "./use-row-focus.ts";

/**
 * Brings the focus into the drawer as it opens, and back to where it was as it closes. Where the threads are still on
 * their way it waits for them at the drawer's head, unless the reader has gone on by then.
 */
export function useDrawer(panel: RefObject<HTMLElement | null>, open: boolean): void {
  useEffect(() => {
    const element = panel.current;
    if (!open || element === null) return;
    const before = document.activeElement;
    const head = element.querySelector<HTMLElement>("a, button");
    const rows = new MutationObserver(() => {
      if (document.activeElement !== head || focusRows(element)) rows.disconnect();
    });
    if (!focusRows(element)) {
      head?.focus();
      rows.observe(element, { childList: true, subtree: true });
    }
    return () => {
      rows.disconnect();
      if (before instanceof HTMLElement) before.focus();
    };
  }, [panel, open]);
}
