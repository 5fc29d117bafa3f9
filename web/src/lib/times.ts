/** A time of the wire: ISO 8601 in UTC, also where the zone is left out. */
export function parseTime(text: string): Date {
  return new Date(/(?:z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);
}

/** Whole seconds from one time of the wire to another; `undefined` when either is no time. */
export function secondsBetween(from: string, to: string): number | undefined {
  const seconds = Math.round((parseTime(to).getTime() - parseTime(from).getTime()) / 1000);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

/** "6 s", "2 min". */
export const durationText = (seconds: number): string =>
  seconds < 90 ? `${Math.max(1, seconds)} s` : `${Math.round(seconds / 60)} min`;
