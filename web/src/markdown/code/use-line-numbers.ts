import { useState } from "react";

/** Lines from which on a block has them numbered: fewer are counted at a glance. */
const from = 4;

/** `room`: there are too few lines as yet, but their place is kept free. */
export type LineNumbers = "shown" | "room";

/**
 * Whether the lines of a block of code are numbered. A block whose lines were seen coming has room for numbers from its
 * first line on, and keeps it: neither the fourth line nor the end may move what is being read.
 */
export function useLineNumbers(lines: number, coming: boolean): LineNumbers | undefined {
  const [room] = useState(coming);
  if (lines >= from) return "shown";
  return room ? "room" : undefined;
}
