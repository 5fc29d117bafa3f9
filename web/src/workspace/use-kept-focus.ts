import { useLayoutEffect, useRef } from "react";
import type { sidebarShown } from "./sidebar-shown.ts";

/** What had the focus when the list of threads was hidden, or shown, may be gone: the way back takes it. */
export function useKeptFocus(sidebar: ReturnType<typeof sidebarShown.get>): void {
  const before = useRef(sidebar);
  useLayoutEffect(() => {
    if (before.current === sidebar) return;
    before.current = sidebar;
    if (document.activeElement?.checkVisibility() !== false) return;
    document.querySelector<HTMLElement>(sidebar === "hidden" ? ".show-list" : ".hide-list")?.focus();
  }, [sidebar]);
}
