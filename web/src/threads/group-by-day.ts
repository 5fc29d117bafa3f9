import { parseTime } from "../lib/times.ts";

export type DayGroup<Item> = { readonly name: string; readonly items: readonly Item[] };

/**
 * Items, newest first, under the names of their days as a reader says them: Today, Yesterday, Last 7 days, then months.
 * @param now decides what today is, in the reader's own time zone.
 */
export function groupByDay<Item extends { readonly created: string }>(
  items: readonly Item[],
  now: Date,
): readonly DayGroup<Item>[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const name = dayName(parseTime(item.created), now);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return Array.from(groups, ([name, group]) => ({ name, items: group }));
}

function dayName(time: Date, now: Date): string {
  const midnight = (daysAgo: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo);
  if (time >= midnight(0)) return "Today"; // also when this machine's clock is behind the server's
  if (time >= midnight(1)) return "Yesterday";
  if (time >= midnight(7)) return "Last 7 days";
  const month = time.toLocaleDateString("en", { month: "long" });
  return time.getFullYear() === now.getFullYear() ? month : `${month} ${time.getFullYear()}`;
}
