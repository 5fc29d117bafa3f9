import { SkeletonError } from "../../lib/errors.ts";

/** Somebody asks a store that has let go of its database. */
export function shutDown(): SkeletonError {
  return new SkeletonError("store_unavailable", "The store has been shut down.", {
    hint: "Start the server again.",
  });
}
