import { type KeyboardEvent, useState } from "react";
import type { Suggestion } from "./commands.ts";

/** The menu of commands for what is in the field. Esc puts it away until the text changes. */
export function useSlashMenu(
  text: string,
  suggestions: readonly Suggestion[],
  choose: (suggestion: Suggestion) => void,
) {
  const [state, setState] = useState({ text: "", active: 0, dismissed: false });
  const current = state.text === text ? state : { text, active: 0, dismissed: false };
  const found = current.dismissed ? [] : suggestions;
  const active = Math.min(current.active, found.length - 1);
  const suggestion = found[active];

  /** @returns whether the key was the menu's. */
  function onKey(event: KeyboardEvent): boolean {
    if (suggestion === undefined) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      setState({ ...current, active: (active + step + found.length) % found.length });
    } else if (event.key === "Escape") setState({ ...current, dismissed: true });
    else if (event.key === "Tab" && !event.shiftKey && suggestion.text !== text)
      choose({ ...suggestion, whole: false });
    else if (event.key === "Enter" && !event.shiftKey) choose(suggestion);
    else return false;
    event.preventDefault();
    event.stopPropagation(); // Esc here does not stop the answer
    return true;
  }

  return { found, active, onKey };
}
