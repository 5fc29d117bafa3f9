import { isUnreachable } from "./failures.ts";

/** A restart of the database, or a failover, is waited for a little: what lasts longer is told to the caller. */
const PAUSES_MS: readonly number[] = [50, 150, 300, 500, 1000];
/** Who has waited for longer than that already is told at the second failure. */
const LONGEST_MS = 8_000;

/** @returns how long to wait before the next try of something that has failed, in ms; `undefined`: it is given up. */
export function patience(): (error: unknown) => number | undefined {
  const begunAt = performance.now();
  let tries = 0;
  return (error) => {
    const late = tries > 0 && performance.now() - begunAt > LONGEST_MS;
    tries += 1;
    return late || isUnreachable(error) ? undefined : PAUSES_MS[tries - 1];
  };
}
