import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Frame, peerOver } from "../../../lib/peer.ts";
import { busContract } from "../../../testkit/bus-contract.ts";
import { sharedBusContract } from "../../../testkit/shared-bus-contract.ts";
import { until } from "../../../testkit/until.ts";
import { workersBus } from "./workers-bus.ts";

/** Frames of one of several lines that share a channel. */
export type Numbered =
  | { readonly line: number; readonly frames: readonly Frame[] }
  | { readonly closed: number };

/** The workers are here, each on a line of its own to a switch in another process. */
describe("the bus of workers", () => {
  const primary = fork(fileURLToPath(new URL("test-switch.ts", import.meta.url)));
  const hearing = new Map<number, (frames: readonly Frame[]) => void>();
  primary.on("message", (message: Numbered) => {
    if ("frames" in message) hearing.get(message.line)?.(message.frames);
  });
  after(() => primary.kill());
  let lines = 0;

  function join() {
    lines += 1;
    const line = lines;
    const peer = peerOver({
      send: (frames) => void primary.send({ line, frames } satisfies Numbered),
      hear: (listener) => void hearing.set(line, listener),
    });
    const die = () => {
      peer.end();
      hearing.delete(line);
      primary.send({ closed: line } satisfies Numbered);
    };
    primary.send({ line, frames: [] } satisfies Numbered); // it is known from now on
    return { bus: workersBus(peer), die };
  }
  const open = async () => {
    const { bus, die } = join();
    return {
      ...bus,
      async shutdown() {
        await bus.shutdown?.();
        die();
      },
    };
  };

  busContract("as a bus", open);
  sharedBusContract("as one bus of several workers", open);

  test("a reader of a worker that dies is told at once that its cursor is lost, and others find nothing there", async () => {
    const [dying, there] = [join(), join()];
    const never = new AbortController().signal;
    dying.bus.open("turn", { reach: "followed" });
    dying.bus.append("turn", ["1"]);
    const log = await until("the other has heard of it", () =>
      there.bus.others?.read("turn", undefined, never),
    );
    const reading = log[Symbol.asyncIterator]();
    assert.deepEqual((await reading.next()).value, { firstId: 1, data: ["1"] });
    dying.die();
    await assert.rejects(reading.next(), { code: "cursor_lost" });
    assert.equal(await there.bus.others?.read("turn", undefined, never), undefined);
    there.die();
  });
});
