export type Piece = { readonly text: string; readonly marked: boolean; readonly start: number };

/** A text cut at its marks (`[start, end)`, in UTF-16 units). Marks that overlap are one; those out of place are cut. */
export function splitMarks(text: string, marks: readonly (readonly [number, number])[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const add = (end: number, marked: boolean) => {
    if (end > at) pieces.push({ text: text.slice(at, end), marked, start: at });
    at = Math.max(at, end);
  };
  for (const [start, end] of marks.toSorted(([a], [b]) => a - b)) {
    add(Math.min(start, text.length), false);
    add(Math.min(end, text.length), true);
  }
  add(text.length, false);
  return pieces;
}
