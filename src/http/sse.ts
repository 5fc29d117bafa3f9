import type { FastifyReply, FastifyRequest } from "fastify";
import { handEach } from "../lib/hand-over.ts";
import type { BusBatch } from "../protocols/bus.ts";
import { chunkOutlet, type Outlet } from "./chunk-outlet.ts";
import type { HttpContext } from "./context.ts";
import { sessionOfToken } from "./read-token.ts";

/** How one entry is written. `id` lets a reader go on from where it was. */
export type Frame = (id: number, data: string) => string;

/** The same as several texts, or none, each to leave in a write of its own. */
export type Frames = (id: number, data: string) => Iterable<string>;

/** As the original writes it: one line and an empty one. */
export const bareFrame: Frame = (_id, data) => `data: ${data}\n\n`;

export const numberedFrame: Frame = (id, data) => `id: ${id}\ndata: ${data}\n\n`;

/** A socket that takes nothing for so long is cut: its reader can come back with a cursor. */
const stalledMs = 60_000;

/** How often, unless the context says otherwise, a stream looks whether its token still holds, and shows intermediaries that it lives. */
const usualCheckMs = 2_500;

/** Where nobody can tell for so long whether it holds, as without a database, it is taken not to. */
const unsureMs = 30_000;

/**
 * Sends entries of a log as server-sent events until the log ends or the reader goes. All that is there leaves in one
 * write; while the socket is full nothing is read, so a reader that stops costs nothing.
 * @param options.preamble entries to send first, as they are.
 * @param options.comments whether silence may be broken by comment lines; the original's clients know none.
 */
export async function sendEvents(
  { host, metrics, streamCheckMs = usualCheckMs }: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
  open: (signal: AbortSignal) => Promise<AsyncIterable<BusBatch>>,
  options: {
    readonly preamble?: string;
    readonly comments: boolean;
  } & ({ readonly frame: Frame } | { readonly frames: Frames }),
): Promise<void> {
  const gone = new AbortController();
  const socket = reply.raw;
  socket.once("close", () => gone.abort());
  if (socket.destroyed) gone.abort(); // it went while its turn was begun: there is no `close` to come
  const batches = await open(gone.signal);
  reply.hijack();
  socket.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    "x-accel-buffering": "no",
  });
  if (request.method === "HEAD") return void socket.end(); // what it asks about has no end
  socket.flushHeaders();
  const outlet = chunkOutlet(socket);
  outlet.write(options.preamble ?? "");
  metrics.openStreams.inc();
  let sureAt = performance.now();
  const check = setInterval(() => {
    host.background("check a stream's token", async () => {
      const ended = await revoked().catch((error: unknown) => {
        if (performance.now() - sureAt < unsureMs) throw error;
        return true;
      });
      if (!ended) sureAt = performance.now();
      if (socket.writableEnded) return; // its connection may be in the middle of another answer
      if (ended) socket.destroy();
      else if (options.comments && !outlet.behind()) outlet.write(": \n\n");
    });
  }, streamCheckMs).unref();
  async function revoked(): Promise<boolean> {
    if (request.token === null) return false;
    return (await sessionOfToken(await host.get("auth"), request.token)) === undefined;
  }
  async function writeEach(data: readonly string[], firstId: number, frames: Frames): Promise<void> {
    for (const [index, line] of data.entries()) {
      for (const text of frames(firstId + index, line)) {
        if (!outlet.write(text) && !gone.signal.aborted) await drained(socket, outlet, gone.signal);
      }
    }
  }
  try {
    await handEach(batches[Symbol.asyncIterator](), ({ firstId, data }) => {
      if ("frames" in options) return writeEach(data, firstId, options.frames);
      let text = "";
      for (let index = 0; index < data.length; index += 1) {
        text += options.frame(firstId + index, data[index] ?? "");
      }
      if (!outlet.write(text)) return drained(socket, outlet, gone.signal);
    });
  } catch (error) {
    request.log.warn({ err: error }, "an event stream ended early");
  } finally {
    clearInterval(check);
    metrics.openStreams.dec();
    socket.end();
  }
}

type Response = FastifyReply["raw"];

function drained(response: Response, outlet: Outlet, gone: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      response.destroy();
      finish(false);
    }, stalledMs);
    const onDrain = () => finish(true);
    const onGone = () => finish(false);
    const finish = (went: boolean) => {
      clearTimeout(timer);
      outlet.drained.off("drain", onDrain);
      gone.removeEventListener("abort", onGone);
      resolve(went);
    };
    outlet.drained.once("drain", onDrain);
    gone.addEventListener("abort", onGone, { once: true });
    if (gone.aborted) finish(false);
  });
}

/** The cursor a reader comes with: `?after=` or the header that browsers send by themselves. */
export function cursorOf(request: FastifyRequest<{ Querystring: { after?: number } }>): number | undefined {
  if (request.query.after !== undefined) return request.query.after;
  const header = Number(request.headers["last-event-id"] ?? Number.NaN);
  return Number.isSafeInteger(header) && header >= 0 ? header : undefined;
}

/** Whether the caller would rather have JSON than a stream. */
export const wantsJson = (request: FastifyRequest): boolean =>
  /^application\/json\b/.test(request.headers.accept ?? "");
