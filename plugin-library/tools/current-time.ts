/*
 * What time it is, here or anywhere: a model knows only when it was trained.
 */
import type { ToolContext } from "../../src/protocols/tool.ts";

/**
 * Tells the present date, weekday and time. Use it whenever an answer depends on today or now.
 * @param time_zone Name of a time zone, such as Europe/Berlin or UTC. Default: that of the server.
 * @readOnly
 */
export function current_time({ host }: ToolContext, time_zone?: string): string {
  const zone = zoneOf(time_zone);
  const parts = new Intl.DateTimeFormat("en-GB", {
    ...{ timeZone: zone, weekday: "long", year: "numeric", month: "2-digit", day: "2-digit" },
    ...{
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
      timeZoneName: "longOffset",
    },
  }).formatToParts(host.now());
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? "";
  const offset = part("timeZoneName").replace("GMT", "") || "+00:00";
  const time = `${part("hour")}:${part("minute")}:${part("second")}`;
  return `${part("weekday")}, ${part("year")}-${part("month")}-${part("day")}T${time}${offset} (${zone})`;
}

function zoneOf(name: string | undefined): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name?.trim() || undefined }).resolvedOptions().timeZone;
  } catch {
    throw new Error(`There is no time zone ${name}. Give a name of the IANA list, such as America/New_York.`);
  }
}
