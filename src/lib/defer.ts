/** Collects what is said in one loop of the event loop, and hands it on together at its end. */
export function defer<T>(handOn: (all: readonly T[]) => void): (one: T) => void {
  let waiting: T[] = [];
  const flush = () => {
    const all = waiting;
    waiting = [];
    handOn(all);
  };
  return (one) => {
    if (waiting.push(one) === 1) setImmediate(flush);
  };
}
