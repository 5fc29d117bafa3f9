import { parseTime } from "../lib/times.ts";

export type DayGroup<Item> = { readonly name: string; readonly items: readonly Item[] };

export type DayNames = { readonly today: string; readonly yesterday: string; readonly lastWeek: string };

/**
 * Items, newest first, under the names of their days as a reader says them: Today, Yesterday, Last 7 days, then months.
 * @param now decides what today is, in the reader's own time zone.
 */
export function groupByDay<Item extends { readonly created: string }>(
  items: readonly Item[],
  now: Date,
  names: DayNames,
  language: string,
): readonly DayGroup<Item>[] {
  const thisYear = new Intl.DateTimeFormat(language, { month: "long" });
  const otherYear = new Intl.DateTimeFormat(language, { month: "long", year: "numeric" });
  const midnight = (daysAgo: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo);

  const nameOf = (time: Date): string => {
    if (time >= midnight(0)) return names.today; // also when this machine's clock is behind the server's
    if (time >= midnight(1)) return names.yesterday;
    if (time >= midnight(7)) return names.lastWeek;
    return (time.getFullYear() === now.getFullYear() ? thisYear : otherYear).format(time);
  };

  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const name = nameOf(parseTime(item.created));
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return Array.from(groups, ([name, group]) => ({ name, items: group }));
}
