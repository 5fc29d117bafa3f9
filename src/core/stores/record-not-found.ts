import { SkeletonError } from "../../lib/errors.ts";

/** Missing, or somebody else's: the two are never told apart. */
export function recordNotFound({
  store,
  id,
}: {
  readonly store: string;
  readonly id: string;
}): SkeletonError {
  return new SkeletonError("record_not_found", `There is no record "${id}" in "${store}".`, {
    hint: "It may have been deleted.",
  });
}
