/** A ref for what scrolls inside itself: without a mouse it can be scrolled only if it can be reached. */
export function reachable(element: HTMLElement | null): void {
  if (element !== null) element.tabIndex = 0;
}
