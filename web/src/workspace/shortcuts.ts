/**
 * Every shortcut of the page. A combination is modifiers and a key, as `KeyboardEvent.key` names it, with `+` between;
 * `Mod` is ⌘ on a Mac and Ctrl elsewhere. The list that `?` opens is drawn from this table, in this order.
 */
export const shortcuts = {
  write: { keys: ["/"], where: "anywhere" },
  search: { keys: ["Mod+K"], where: "anywhere" },
  newChat: { keys: ["Mod+Shift+O"], where: "anywhere" },
  sidebar: { keys: ["Mod+B"], where: "anywhere" },
  stop: { keys: ["Escape"], where: "anywhere" },
  list: { keys: ["?"], where: "anywhere" },
  send: { keys: ["Enter"], where: "composer" },
  newLine: { keys: ["Shift+Enter"], where: "composer" },
  recall: { keys: ["ArrowUp"], where: "composer" },
  commands: { keys: ["/"], where: "composer" },
  moveThread: { keys: ["ArrowUp", "ArrowDown"], where: "threads" },
  endThread: { keys: ["Home", "End"], where: "threads" },
  openThread: { keys: ["Enter"], where: "threads" },
  threadMenu: { keys: ["Shift+F10"], where: "threads" },
  rename: { keys: ["F2"], where: "threads" },
  archive: { keys: ["Delete"], where: "threads" },
  erase: { keys: ["Shift+Delete"], where: "threads" },
  undo: { keys: ["Mod+Z"], where: "threads" },
  earlierBranch: { keys: ["ArrowLeft"], where: "branches" },
  laterBranch: { keys: ["ArrowRight"], where: "branches" },
  newStep: { keys: ["Enter"], where: "plan" },
  stepUp: { keys: ["Alt+ArrowUp"], where: "plan" },
  stepDown: { keys: ["Alt+ArrowDown"], where: "plan" },
  carryOut: { keys: ["Mod+Enter"], where: "plan" },
} as const satisfies Record<string, { readonly keys: readonly string[]; readonly where: Where }>;

/** Where the focus must be for a shortcut to be heard. */
export type Where = "anywhere" | "composer" | "threads" | "branches" | "plan";
export type ShortcutName = keyof typeof shortcuts;

type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

/** Whether this key press is that shortcut. */
export function isPressed(event: Pressed, name: ShortcutName, mac = onMac()): boolean {
  return shortcuts[name].keys.some((combination) => matches(event, combination, mac));
}

function matches(event: Pressed, combination: string, mac: boolean): boolean {
  const { modifiers, key } = parts(combination);
  if (event.key.toLowerCase() !== key.toLowerCase()) return false;
  const [command, other] = mac ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
  if (command !== modifiers.includes("Mod") || other) return false;
  // A sign such as "?" may itself need Shift or Alt: that is the keyboard's business.
  if (key.length === 1 && !/[a-z]/i.test(key)) return true;
  return event.shiftKey === modifiers.includes("Shift") && event.altKey === modifiers.includes("Alt");
}

/** A combination's modifiers and its key. */
export function parts(combination: string): { readonly modifiers: readonly string[]; readonly key: string } {
  const names = combination.split("+");
  return { modifiers: names.slice(0, -1), key: names.at(-1) ?? "" };
}

/** Safari and Chromium on a Mac say "MacIntel"; an iPad with a keyboard has a ⌘ key, too. */
export const onMac = (): boolean => /^(?:Mac|iP)/.test(globalThis.navigator?.platform ?? "");
