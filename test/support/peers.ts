import { type Frame, type Line, type Peer, peerOver } from "../../src/lib/peer.ts";

/** Both ends of a line; what goes over it goes through JSON, as between processes. */
export function twoEnds(): readonly [Peer, Peer] {
  const hearing: ((frames: readonly Frame[]) => void)[] = [];
  const end = (own: number, other: number): Line => ({
    send: (frames) => void setImmediate(() => hearing[other]?.(JSON.parse(JSON.stringify(frames)))),
    hear(listener) {
      hearing[own] = listener;
    },
  });
  return [peerOver(end(0, 1)), peerOver(end(1, 0))];
}
