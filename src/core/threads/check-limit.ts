import { SkeletonError } from "../../lib/errors.ts";

/** @throws `bad_input` unless it is absent or a whole number from 0. */
export function checkLimit(limit: number | undefined): void {
  if (limit === undefined || (Number.isInteger(limit) && limit >= 0)) return;
  throw new SkeletonError("bad_input", `A limit of ${limit} makes no sense.`, {
    hint: "Give a whole number from 0, or none for everything.",
  });
}
