import type { Prompts, RoleEntry } from "../api/wire.ts";
import type { PickerGroup, PickerItem } from "../choosing/picker-groups.ts";

const [noteLength, titleLength] = [80, 600];

/** One's own roles, the shared ones, and the server's prompts; where there are no roles, prompts need no heading. */
export function promptGroups(
  prompts: Prompts,
  roles: readonly RoleEntry[],
  words: { readonly own: string; readonly shared: string; readonly prompts: string },
): readonly PickerGroup[] {
  const rolesAs = (name: string, shared: boolean): PickerGroup => ({
    name,
    items: roles.filter((role) => role.shared === shared).map(roleItem),
  });
  return [
    rolesAs(words.own, false),
    rolesAs(words.shared, true),
    {
      name: roles.length === 0 ? "" : words.prompts,
      items: Object.entries(prompts).map(([value, note]) => ({ value, note })),
    },
  ].filter(({ items }) => items.length > 0);
}

const roleItem = ({ key, name, instructions }: RoleEntry): PickerItem => ({
  value: key,
  name,
  note: beginning(instructions, noteLength),
  title: beginning(instructions, titleLength),
});

/** So many characters of a text as one line. */
export function beginning(text: string, most: number): string {
  const head = text.slice(0, 4 * most); // enough of it, whatever it is written in
  const characters = [...head.replace(/\s+/g, " ").trim()];
  const isWhole = characters.length <= most && head.length === text.length;
  return isWhole ? characters.join("") : `${characters.slice(0, most).join("").trimEnd()}…`;
}

/**
 * What a key is called: a role's name, or the key of a prompt itself.
 * @returns `undefined` for that of a role that is gone.
 */
export function nameOfPrompt(key: string, roles: readonly RoleEntry[]): string | undefined {
  return roles.find((role) => role.key === key)?.name ?? (key.startsWith("role:") ? undefined : key);
}
