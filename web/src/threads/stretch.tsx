import type { ReactNode } from "react";
import { useNear } from "./use-near.ts";

/** Rows that come into the document, and leave it, together. */
export const stretchRows = 20;

type Props = {
  readonly count: number;
  /** In the document wherever the window is. */
  readonly kept: boolean;
  readonly children: () => ReactNode;
};

/**
 * A stretch of a long list: its rows while the window is near, and otherwise a gap of their height. Whole stretches
 * rather than rows, because then the browser watches the window, rows may have any height, and no row is placed by
 * hand.
 */
export function Stretch({ count, kept, children }: Props) {
  const { ref, near, rowHeight } = useNear<HTMLUListElement>();
  if (near || kept) return <ul ref={ref}>{children()}</ul>;
  const row = rowHeight === undefined ? "var(--target)" : `${rowHeight}px`;
  return <ul ref={ref} aria-hidden="true" style={{ blockSize: `calc(${row} * ${count})` }} />;
}
