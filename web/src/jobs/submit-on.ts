import type { KeyboardEvent } from "react";
import { isComposing } from "../lib/is-composing.ts";

/** Ctrl or Cmd with Enter sends a form that has room for lines. */
export function submitOn(event: KeyboardEvent<HTMLFormElement>): void {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || isComposing(event.nativeEvent)) return;
  event.preventDefault();
  event.currentTarget.requestSubmit();
}
