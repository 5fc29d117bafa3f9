import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

/** The bytes of an answer can be stopped, and go on. */
export type BodyFlow = { pause(): void; resume(): void };

/**
 * Calls `take` with the bytes of an answer as Node's HTTP client has read them, past the stream that the answer is: for
 * every read that looks at its state, and plans a tick to look whether there is room for more. For a single token that
 * costs a twelfth of all that is done with it. What was there before, and the end, come by the stream.
 * After `pause` what has been read already is still taken.
 */
export function takeBody(response: IncomingMessage, take: (bytes: Buffer) => void): BodyFlow {
  const { push } = response;
  function straight(bytes: Buffer | null): boolean {
    if (bytes === null) return push.call(response, null);
    take(bytes);
    return true;
  }
  response.on("data", (bytes: Buffer) => {
    if (response.readableLength === 0) response.push = straight;
    take(bytes);
  });
  // The stream knows nothing of what went past it: its socket must be told as well, unless it serves another request already.
  const socket = (): Socket | null => response.socket;
  return {
    pause() {
      response.pause();
      socket()?.pause();
    },
    resume() {
      response.resume();
      socket()?.resume();
    },
  };
}
