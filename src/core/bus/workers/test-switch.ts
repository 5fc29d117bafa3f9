/*
 * A primary in a process of its own, for tests: all its workers' lines share the channel to its parent, each with a number.
 */
import { type Frame, peerOver } from "../../../lib/peer.ts";
import { createTopicSwitch } from "./topic-switch.ts";
import type { Numbered } from "./workers-bus.contract.test.ts";

const topics = createTopicSwitch();
const lines = new Map<number, { hear(frames: readonly Frame[]): void; close(): void }>();

function open(line: number) {
  let hear = (_frames: readonly Frame[]) => {};
  const peer = peerOver({
    send: (frames) => void process.send?.({ line, frames } satisfies Numbered),
    hear(listener) {
      hear = listener;
    },
  });
  const leave = topics.join(peer);
  const close = () => {
    leave();
    peer.end();
  };
  const opened = { hear: (frames: readonly Frame[]) => hear(frames), close };
  lines.set(line, opened);
  return opened;
}

process.on("message", (message: Numbered) => {
  if ("frames" in message) (lines.get(message.line) ?? open(message.line)).hear(message.frames);
  else {
    lines.get(message.closed)?.close();
    lines.delete(message.closed);
  }
});
