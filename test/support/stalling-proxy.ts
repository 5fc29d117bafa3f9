import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to a server that falls silent in the middle of an answer. */
export type StallingProxy = {
  readonly port: number;
  /** Resolves once it has fallen silent. */
  readonly stalled: Promise<void>;
  /** Breaks every connection. */
  cut(): void;
  close(): Promise<void>;
};

/** @param bytes of the server's answers are let through. */
export async function startStallingProxy(port: number, bytes: number): Promise<StallingProxy> {
  const { promise: stalled, resolve } = Promise.withResolvers<void>();
  const open = new Set<Socket>();
  let left = bytes;
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", () => {}); // broken on purpose
      socket.on("close", () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.on("data", (piece) => {
      if (left <= 0) return;
      left -= piece.length;
      near.write(piece);
      if (left > 0) return;
      far.pause();
      resolve();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    stalled,
    cut,
    async close() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
