import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A wire between a browser and a server that can be cut and mended. */
export type Wire = {
  /** Leads to the same server as the address that it was made for. */
  readonly url: string;
  /** Drops every connection, and refuses new ones. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Nothing goes through the connections there are, and nobody is told: what a computer that sleeps leaves behind. */
  hush(): void;
};

export async function startWire(to: string): Promise<Wire> {
  const { port, hostname } = new URL(to);
  const ends = new Set<Socket>();
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
  });
  server.unref(); // a test that failed before it cut the wire still ends
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}`,
    async cut() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      for (const end of ends) end.destroy();
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
