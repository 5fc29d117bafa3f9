/** Wakes everybody who waits for something to change. */
export type Bell = {
  /** Resolves at the next ring after this call. */
  next(): Promise<void>;
  ring(): void;
};

export function createBell(): Bell {
  let heard = Promise.withResolvers<void>();
  return {
    next: () => heard.promise,
    ring() {
      heard.resolve();
      heard = Promise.withResolvers<void>();
    },
  };
}
