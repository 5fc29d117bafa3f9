import { type RefObject, useEffect, useRef } from "react";

/** Calls when something else than this element is pressed while it is open. */
export function usePressOutside(
  element: RefObject<HTMLElement | null>,
  open: boolean,
  onPress: () => void,
): void {
  const latest = useRef(onPress);
  useEffect(() => {
    latest.current = onPress;
  });
  useEffect(() => {
    if (!open) return;
    const onDown = (event: PointerEvent) => {
      if (event.target instanceof Node && !element.current?.contains(event.target)) latest.current();
    };
    addEventListener("pointerdown", onDown);
    return () => removeEventListener("pointerdown", onDown);
  }, [element, open]);
}
