/** Something to choose. */
export type PickerItem = {
  readonly value: string;
  /** What it is called, where that is not the value itself. */
  readonly name?: string;
  /** What the eye that rests on it is told. */
  readonly title?: string;
  readonly note?: string;
  /** It can be seen and not be chosen; the group's note says why. */
  readonly disabled?: boolean;
};

export type PickerGroup = {
  /** Blank: the items speak for themselves. */
  readonly name: string;
  readonly note?: string;
  readonly items: readonly PickerItem[];
};

/** What is left when somebody types: each word must stand in an item, its note or the name of its group. */
export function filterGroups(groups: readonly PickerGroup[], query: string): readonly PickerGroup[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return groups;
  const fits = (group: PickerGroup) => (item: PickerItem) => {
    const text = `${item.name ?? item.value} ${item.note ?? ""} ${group.name}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return groups
    .map((group) => ({ ...group, items: group.items.filter(fits(group)) }))
    .filter(({ items }) => items.length > 0);
}
