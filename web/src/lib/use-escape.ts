import { useEffect, useRef } from "react";

/** What Esc does on this page, unless the field or the panel it is pressed in has a use of its own for it. */
export function useEscape(onEscape: (() => void) | undefined): void {
  const latest = useRef(onEscape);
  useEffect(() => {
    latest.current = onEscape;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.isComposing && !hasOwnEscape(event.target)) latest.current?.();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}

/** Whether Esc means something else there. */
export const hasOwnEscape = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest(".sidebar, .edit") !== null;
