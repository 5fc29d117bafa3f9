import { useEffect, useRef } from "react";

/** What Esc does on this page, unless the field or the panel it is pressed in has a use of its own for it. */
export function useEscape(onEscape: (() => void) | undefined): void {
  const latest = useRef(onEscape);
  useEffect(() => {
    latest.current = onEscape;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const own = event.target instanceof Element && event.target.closest(".sidebar, .edit") !== null;
      if (event.key === "Escape" && !event.isComposing && !own) latest.current?.();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
