import { useCallback, useRef } from "react";

/**
 * For a button that gives way to what it opens: once that is closed, the button is there again and has the focus.
 * @returns what the button takes as its `ref`, and what to call where it is closed.
 */
export function useReturn(): readonly [ref: (button: HTMLElement | null) => void, closing: () => void] {
  const back = useRef(false);
  const ref = useCallback((button: HTMLElement | null) => {
    if (!back.current || button === null) return;
    back.current = false;
    button.focus();
  }, []);
  return [
    ref,
    useCallback(() => {
      back.current = true;
    }, []),
  ];
}
