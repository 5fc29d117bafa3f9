/** Gathers items and hands them over once a frame: however fast they come, the page is drawn at its own pace. */
export function onFrame<Item>(hand: (items: readonly Item[]) => void) {
  let waiting: Item[] = [];
  let frame: number | undefined;
  const flush = (): void => {
    if (frame !== undefined) cancelAnimationFrame(frame);
    frame = undefined;
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    hand(items);
  };
  return {
    add(items: readonly Item[]): void {
      waiting.push(...items);
      frame ??= requestAnimationFrame(flush);
    },
    flush,
    close(): void {
      if (frame !== undefined) cancelAnimationFrame(frame);
      waiting = [];
    },
  };
}
