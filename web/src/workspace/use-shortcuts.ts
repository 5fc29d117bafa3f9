import { useEffect } from "react";
import { newChatHash } from "./route.ts";
import { shortcutListOpen } from "./shortcut-list-open.ts";
import { isPressed, type ShortcutName } from "./shortcuts.ts";
import { goTo } from "./use-route.ts";

export const searchId = "search";
export const composerId = "composer";

type Drawer = { readonly setOpen: (open: boolean) => void; readonly toggle: () => void };

/** Hears what is meant for the whole page: the shortcuts that `shortcuts` lists as heard anywhere, but for stopping. */
export function useShortcuts({ setOpen: setDrawerOpen, toggle }: Drawer): void {
  useEffect(() => {
    const actions: Partial<Record<ShortcutName, () => void>> = {
      write: () => focusOn(composerId),
      search: () => {
        setDrawerOpen(true);
        requestAnimationFrame(() => focusOn(searchId)); // the drawer must be there to take it
      },
      newChat: () => {
        setDrawerOpen(false);
        goTo(newChatHash);
      },
      sidebar: toggle,
      list: () => shortcutListOpen.set(!shortcutListOpen.get()),
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing) return;
      if (event.key === "Escape") setDrawerOpen(false);
      if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && isWriting(event.target)) return;
      for (const [name, act] of Object.entries(actions)) {
        if (!isPressed(event, name as ShortcutName)) continue;
        event.preventDefault();
        act();
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [setDrawerOpen, toggle]);
}

export const focusOn = (id: string): void => document.getElementById(id)?.focus();

const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
