import type { ReactNode } from "react";
import type { ThreadEntry } from "../api/wire.ts";
import { Stretch, stretchRows } from "./stretch.tsx";

/** A list of so many threads is in the document as it is. */
const fewRows = 100;

export type RowPlace = { readonly thread: ThreadEntry; readonly position: number; readonly of: number };

type Props = {
  readonly threads: readonly ThreadEntry[];
  /** How many rows the whole list has, of which these may be a part. */
  readonly total: number;
  /** More will follow these: nobody knows yet how many. */
  readonly open: boolean;
  readonly active: string | undefined;
  readonly row: (place: RowPlace) => ReactNode;
};

/** Rows of a list. Of a long one only those near the window are in the document, and the one that has the focus. */
export function Rows({ threads, total, open, active, row }: Props) {
  const stretches = Array.from({ length: Math.ceil(threads.length / stretchRows) }, (_, index) => ({
    start: index * stretchRows,
    part: threads.slice(index * stretchRows, (index + 1) * stretchRows),
  }));
  return stretches.map(({ start, part }) => (
    <Stretch key={start} count={part.length} kept={total <= fewRows || part.some(({ id }) => id === active)}>
      {() =>
        part.map((thread, index) =>
          row({ thread, position: start + index + 1, of: open ? -1 : threads.length }),
        )
      }
    </Stretch>
  ));
}
