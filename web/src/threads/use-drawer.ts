import { type RefObject, useEffect } from "react";
import { focusRows } from "./use-row-focus.ts";

/** Brings the focus into the drawer as it opens, and back to where it was as it closes. */
export function useDrawer(panel: RefObject<HTMLElement | null>, open: boolean): void {
  useEffect(() => {
    if (!open) return;
    const element = panel.current;
    const before = document.activeElement;
    if (!focusRows(element)) element?.querySelector<HTMLElement>("a, button")?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, [panel, open]);
}
