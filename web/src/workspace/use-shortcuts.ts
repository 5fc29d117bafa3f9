import { useEffect } from "react";
import { newChatHash } from "./route.ts";
import { goTo } from "./use-route.ts";

export const searchId = "search";
export const composerId = "composer";

/** `/` writes, Ctrl or Cmd K searches, Ctrl or Cmd Shift O begins a new chat, Esc closes the drawer. */
export function useShortcuts(setDrawerOpen: (open: boolean) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const command = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      if (event.key === "Escape") setDrawerOpen(false);
      if (command && !event.shiftKey && key === "k") {
        event.preventDefault();
        setDrawerOpen(true);
        requestAnimationFrame(() => focusOn(searchId)); // the drawer must be there to take it
      } else if (command && event.shiftKey && key === "o") {
        event.preventDefault();
        goTo(newChatHash);
      } else if (event.key === "/" && !command && !isWriting(event.target)) {
        event.preventDefault();
        focusOn(composerId);
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [setDrawerOpen]);
}

export const focusOn = (id: string): void => document.getElementById(id)?.focus();

const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
