import type { Words } from "../words/words.ts";
import { onMac, parts, type ShortcutName, shortcuts } from "./shortcuts.ts";

const symbols: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
};
const macSymbols: Readonly<Record<string, string>> = {
  ...symbols,
  Mod: "⌘",
  Shift: "⇧",
  Alt: "⌥",
  Enter: "↩",
};

/** What is written on the keys of a combination: "Ctrl", "Shift", "O". */
export function keyCaps(combination: string, words: Words, mac = onMac()): readonly string[] {
  const { modifiers, key } = parts(combination);
  const drawn = mac ? macSymbols : symbols;
  const { keyNames } = words.workspace;
  const named = (name: string): string =>
    drawn[name] ?? (name in keyNames ? keyNames[name as keyof typeof keyNames] : name);
  return [...modifiers, key].map(named);
}

/** The same in one line, for a tooltip: "Ctrl Shift O". */
export const shortcutText = (name: ShortcutName, words: Words): string =>
  shortcuts[name].keys.map((combination) => keyCaps(combination, words).join(" ")).join(", ");
