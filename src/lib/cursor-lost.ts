import { SkeletonError } from "./errors.ts";

/** What a log says to a reader whose entries it does not hold. */
export const cursorLost = () =>
  new SkeletonError("cursor_lost", "What follows this cursor is no longer in the log.", {
    hint: "Load the whole state again and go on from the newest cursor.",
  });
