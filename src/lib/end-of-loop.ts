let due: (() => void)[] = [];

/**
 * Runs `work` when all sockets that are ready have been read. What a hundred streams have to write then leaves in a
 * row: interleaved with reading, each write would wake its reader anew, which costs more than the write itself.
 */
export function atEndOfLoop(work: () => void): void {
  if (due.push(work) === 1) setImmediate(runDue);
}

function runDue(): void {
  const works = due;
  due = [];
  for (const work of works) work();
}
