import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A wire between a client and a server that can be cut and mended. */
export type Wire = {
  /** Leads to the same server as the address that it was made for. */
  readonly url: string;
  readonly port: number;
  /** Resolves once it has fallen silent by itself, after so many bytes of answers. */
  readonly stalled: Promise<void>;
  /** Breaks the connections that there are; new ones are let through. @returns how many there were. */
  snap(): number;
  /** Drops every connection, and refuses new ones. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Nothing goes through the connections there are, and nobody is told: what a computer that sleeps leaves behind. */
  hush(): void;
};

/** @param options.bytes of the server's answers are let through; default all. */
export async function startWire(
  to: string,
  { bytes = Number.POSITIVE_INFINITY }: { readonly bytes?: number } = {},
): Promise<Wire> {
  const { port, hostname } = new URL(to);
  const { promise: stalled, resolve: stall } = Promise.withResolvers<void>();
  const ends = new Set<Socket>();
  let left = bytes;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(from);
      from.on("error", () => {}); // the other end went first
      from.on("close", () => {
        ends.delete(from);
        other.destroy();
      });
      from.pipe(other);
    }
    far.on("data", (piece) => {
      left -= piece.length;
      if (left > 0) return;
      far.unpipe().pause();
      stall();
    });
  });
  server.unref(); // a test that failed before it cut the wire still ends
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: own } = server.address() as AddressInfo;
  const snap = () => {
    const count = ends.size / 2;
    for (const end of ends) end.destroy();
    return count;
  };
  return {
    ...{ url: `http://127.0.0.1:${own}`, port: own, stalled, snap },
    async cut() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      snap();
      await closed;
    },
    hush() {
      for (const end of ends) end.unpipe().pause();
    },
    async mend() {
      server.listen(own, "127.0.0.1");
      await once(server, "listening");
    },
  };
}
