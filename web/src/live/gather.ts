/** Gathers items and hands them over together, `ms` after the first of them. */
export function gather<Item>(flush: (items: readonly Item[]) => void, ms: number) {
  let waiting: Item[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hand = () => {
    timer = undefined;
    const gathered = waiting;
    waiting = [];
    flush(gathered);
  };
  return {
    add(items: readonly Item[]): void {
      waiting.push(...items);
      if (waiting.length > 0) timer ??= setTimeout(hand, ms);
    },
    close: (): void => clearTimeout(timer),
  };
}
