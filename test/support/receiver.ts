import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { until } from "../../src/testkit/until.ts";

/** What was posted. */
export type Posted = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: {
    readonly type: string;
    readonly timestamp: string;
    readonly data: Record<string, unknown>;
  };
};

/** An answer, or none that ever comes. */
type Scripted = "silence" | { readonly status: number; readonly location?: string };

/** Somebody elsewhere who is posted to. */
export type Receiver = {
  /** For example `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly host: string;
  readonly posted: readonly Posted[];
  /** What to answer at a path, next first; after that 200 `ok`. */
  script(path: string, ...answers: readonly Scripted[]): void;
  /** The first post that fits, once it is there. */
  wait(fits: (posted: Posted) => boolean): Promise<Posted>;
  close(): void;
};

export async function startReceiver(): Promise<Receiver> {
  const posted: Posted[] = [];
  const scripted = new Map<string, Scripted[]>();
  const server = createServer(async (request, response) => {
    const text = (await Array.fromAsync(request)).join("");
    const json = (text.startsWith("{") ? JSON.parse(text) : {}) as Posted["json"];
    posted.push({ path: request.url ?? "", headers: request.headers, text, json });
    const next = scripted.get(request.url ?? "")?.shift() ?? { status: 200 };
    if (next === "silence") return;
    response.writeHead(next.status, next.location === undefined ? {} : { location: next.location });
    response.end(next.status < 300 ? "ok".padEnd(10_000, "k") : `no: ${next.status}`);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    posted,
    script: (path, ...answers) => void scripted.set(path, [...answers]),
    async wait(fits) {
      return until("it is posted", () => posted.find(fits));
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
