import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** How the hub serves its file. */
export type HubManners = {
  /**
   * It breaks the connection after so many bytes of each answer, as often as this says, once the reader has taken them:
   * whatever `taken` waits for, which is told how many bytes of the file that makes.
   */
  breaks?: { readonly after: number; times: number; readonly taken: (bytes: number) => Promise<void> };
  /** A wrong checksum in its list. */
  sha256?: string;
  /** Changes with the file. */
  etag: string;
};

/** A hub on loopback with the repository `ada/tiny`, whose files all have these bytes. */
export async function startModelHub(files: readonly string[], bytes: Buffer) {
  const manners: HubManners = { etag: '"one"' };
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    const { pathname } = new URL(request.url ?? "", "http://hub");
    if (pathname === "/api/models/ada/tiny") {
      const sha256 = manners.sha256 ?? createHash("sha256").update(bytes).digest("hex");
      const siblings = files.map((rfilename) => ({ rfilename, size: bytes.length, lfs: { sha256 } }));
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ siblings: [{ rfilename: "README.md" }, ...siblings] }));
      return;
    }
    const name = decodeURIComponent(pathname.replace("/ada/tiny/resolve/main/", ""));
    if (!files.includes(name)) {
      response.writeHead(404).end();
      return;
    }
    const { range, "if-range": ifRange } = request.headers;
    const wanted = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
    const from = ifRange === manners.etag ? wanted : 0;
    const rest = bytes.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, {
      etag: manners.etag,
      "content-length": rest.length,
      ...(from > 0 && { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    const { breaks } = manners;
    if (breaks === undefined || breaks.times === 0 || rest.length <= breaks.after) response.end(rest);
    else {
      breaks.times -= 1;
      response.write(rest.subarray(0, breaks.after));
      breaks.taken(from + breaks.after).then(
        () => response.destroy(),
        (error: unknown) => response.destroy(error as Error),
      );
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    manners,
    /** `Range` of each request for a file; `-` for one of the whole. */
    ranges: () =>
      requests.filter(({ url }) => url?.includes("/resolve/")).map(({ headers }) => headers.range ?? "-"),
    tokens: () => requests.map(({ headers }) => headers.authorization),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
