import { parseTime } from "../lib/times.ts";

export type DayGroup<Item> = { readonly name: string; readonly items: readonly Item[] };

export type DayNames = { readonly today: string; readonly yesterday: string; readonly lastWeek: string };

/** A stretch of time that has one name, from and up to so many ms since 1970. */
type Stretch = { readonly name: string; readonly from: number; readonly to: number };

/**
 * Items, newest first, under the names of their days as a reader says them: Today, Yesterday, Last 7 days, then months.
 * A name is made once a stretch of time, not once an item.
 * @param now decides what today is, in the reader's own time zone.
 */
export function groupByDay<Item extends { readonly created: string }>(
  items: readonly Item[],
  now: Date,
  names: DayNames,
  language: string,
): readonly DayGroup<Item>[] {
  const groups = new Map<string, Item[]>();
  let stretch: Stretch | undefined;
  let group: Item[] = [];
  for (const item of items) {
    const time = parseTime(item.created).getTime();
    if (stretch === undefined || time < stretch.from || time >= stretch.to) {
      stretch = stretchOf(time, now, names, language);
      group = groups.get(stretch.name) ?? [];
      groups.set(stretch.name, group);
    }
    group.push(item);
  }
  return Array.from(groups, ([name, items]) => ({ name, items }));
}

function stretchOf(time: number, now: Date, names: DayNames, language: string): Stretch {
  const midnight = (daysAgo: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo).getTime();
  const today = midnight(0);
  // Also when this machine's clock is behind the server's.
  if (time >= today) return { name: names.today, from: today, to: Number.POSITIVE_INFINITY };
  const yesterday = midnight(1);
  if (time >= yesterday) return { name: names.yesterday, from: yesterday, to: today };
  const week = midnight(7);
  if (time >= week) return { name: names.lastWeek, from: week, to: yesterday };
  const date = new Date(time);
  const [year, month] = [date.getFullYear(), date.getMonth()];
  const name = monthFormat(language, year !== now.getFullYear()).format(date);
  const nextMonth = new Date(year, month + 1, 1).getTime();
  return { name, from: new Date(year, month, 1).getTime(), to: Math.min(nextMonth, week) };
}

/** Making one takes longer than sorting all threads. */
const formats = new Map<string, Intl.DateTimeFormat>();

function monthFormat(language: string, withYear: boolean): Intl.DateTimeFormat {
  const key = `${language} ${withYear}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(language, { month: "long", ...(withYear && { year: "numeric" }) });
    formats.set(key, format);
  }
  return format;
}
