import { type RefObject, useEffect, useRef } from "react";

/** Pixels from the edge of the window where a swipe that opens the drawer begins. */
const edge = 28;
/** Pixels that a finger goes before it is meant. */
const meant = 40;

/**
 * A finger draws the drawer in from the edge of the window where the list of threads stands, and pushes it back out.
 * Whatever scrolls sideways below the finger goes first: the browser then takes the gesture away (workspace.css leaves it
 * the rest).
 */
export function useSwipe(
  area: RefObject<HTMLElement | null>,
  open: boolean,
  setOpen: (open: boolean) => void,
): void {
  const latest = useRef({ open, setOpen });
  useEffect(() => {
    latest.current = { open, setOpen };
  });
  useEffect(() => {
    const element = area.current;
    if (element === null) return;
    let from: { readonly id: number; readonly x: number; readonly y: number } | undefined;
    const over = new AbortController();
    const { signal } = over;
    element.addEventListener(
      "pointerdown",
      ({ pointerType, isPrimary, pointerId: id, clientX: x, clientY: y }) => {
        from = undefined;
        if (pointerType !== "touch" || !isPrimary || !matchMedia("(width < 900px)").matches) return;
        if (latest.current.open || fromStart(x) <= edge) from = { id, x, y };
      },
      { signal },
    );
    element.addEventListener(
      "pointermove",
      ({ pointerId, clientX, clientY }) => {
        if (from?.id !== pointerId) return;
        const inwards = fromStart(clientX) - fromStart(from.x);
        const along = Math.abs(clientY - from.y);
        const far = latest.current.open ? -inwards : inwards;
        if (along > Math.max(far, meant / 2))
          from = undefined; // it scrolls
        else if (far >= meant) {
          from = undefined;
          latest.current.setOpen(!latest.current.open);
        }
      },
      { signal },
    );
    for (const end of ["pointerup", "pointercancel"]) {
      element.addEventListener(end, () => (from = undefined), { signal });
    }
    return () => over.abort();
  }, [area]);
}

/** How far from the side where lines begin. */
const fromStart = (x: number): number => (document.documentElement.dir === "rtl" ? innerWidth - x : x);
