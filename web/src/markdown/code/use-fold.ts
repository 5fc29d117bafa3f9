import { useState } from "react";

/** Lines from which on a block shows its beginning alone (markdown.css says how much of it). */
const longFrom = 41;

/**
 * Whether a long block of code is folded. One whose lines were seen coming stays open: the reader is in it, and what
 * follows must not jump.
 */
export function useFold(text: string, coming: boolean) {
  const [folded, setFolded] = useState(!coming);
  const lines = text.split("\n").length;
  const foldable = lines >= longFrom && !coming;
  return { lines, foldable, folded: foldable && folded, setFolded };
}
