/** The candidate that takes the fewest edits to reach, if it is near enough to be what was meant. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const known = candidate.toLowerCase();
    // a name that holds the other, such as `llama3` and `llama3:latest`, is nearer than any misspelling
    const contained = wanted !== "" && (known.includes(wanted) || wanted.includes(known));
    const edits = contained ? Math.abs(known.length - wanted.length) / 100 : editDistance(wanted, known);
    if (edits < least) {
      least = edits;
      best = candidate;
    }
  }
  return least <= Math.max(2, name.length / 2) ? best : undefined;
}

/** Levenshtein distance; only the first 200 characters count. */
function editDistance(left: string, right: string): number {
  const a = left.slice(0, 200);
  const b = right.slice(0, 200);
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
