import type { Piece } from "./messages.ts";

/** 10 ms: a reader notices nothing, and a fast model's tokens cost the server one message a hundredth of a second. */
const pauseMs = 10;

/** Sends the first piece at once, and what comes within the next 10 ms together. */
export function createOutbox(send: (pieces: readonly Piece[]) => void) {
  let held: Piece[] = [];
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (held.length === 0) return;
    send(held);
    held = [];
    timer = setTimeout(flush, pauseMs);
  }

  return {
    add(piece: Piece): void {
      const last = held.at(-1);
      if (piece.kind !== "call" && last?.kind === piece.kind)
        held[held.length - 1] = { kind: piece.kind, text: last.text + piece.text };
      else held.push(piece);
      if (timer === undefined) flush();
    },
    flush,
  };
}
