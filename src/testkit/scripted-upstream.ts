import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { answer, eventsOf, type ScriptedReply, type ScriptedStep, wholeAnswer } from "./scripted-reply.ts";

/** A request as the upstream received it. */
export type RecordedRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The parsed JSON body; `{}` when there was none. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Position among all requests for completions: 0 for the first. */
  readonly index: number;
  /** Resolves when the connection's part in this request is over: `true` when the client left before the end. */
  readonly closed: Promise<boolean>;
};

export type ReplyFor = (request: RecordedRequest) => ScriptedReply | Promise<ScriptedReply>;

export type ScriptedUpstream = {
  /** Base address, with `/v1`. */
  readonly url: string;
  /** Requests for completions, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Requests for the model list, oldest first. */
  readonly listRequests: readonly RecordedRequest[];
  /** Adds replies to the queue, each for one request; a function answers every request from now on. */
  script(...replies: readonly ScriptedReply[] | readonly [ReplyFor]): void;
  /** What `/v1/models` answers from now on: ids or whole entries, or any reply. */
  models(list: ModelEntries | ScriptedReply): void;
  /** Requests for LiteLLM's own list, oldest first. */
  readonly infoRequests: readonly RecordedRequest[];
  /** What `/v1/model/info` answers from now on, as LiteLLM does: entries, or any reply. Before, it is not there. */
  modelInfo(list: readonly Readonly<Record<string, unknown>>[] | ScriptedReply): void;
  /** Resolves once so many requests for completions have come. */
  received(count: number): Promise<void>;
  /** Refuses connections and drops those that are open; `comeBack` listens again on the same port. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** @throws when a request came that no script was there for. Repeating it is harmless. */
  close(): Promise<void>;
};

export type ModelEntries = readonly (string | Readonly<Record<string, unknown>>)[];

const fixedAnswer = "This is a scripted answer.";

/**
 * A real HTTP server on loopback that speaks the chat completions API as told, well or badly. Without a script it
 * answers every request with a short fixed text; once a queue was given, a request beyond it gets a 501 and makes
 * `close` throw, so no test passes by accident.
 */
export async function startScriptedUpstream(
  options: { readonly models?: ModelEntries; readonly answer?: string; readonly port?: number } = {},
): Promise<ScriptedUpstream> {
  const requests: RecordedRequest[] = [];
  const listRequests: RecordedRequest[] = [];
  const infoRequests: RecordedRequest[] = [];
  const unscripted: string[] = [];
  const queue: ScriptedReply[] = [];
  const arrivals = new Set<() => void>();
  const over = new AbortController();
  let replyFor: ReplyFor | undefined = () => answer(options.answer ?? fixedAnswer);
  let listReply = listOf(options.models ?? ["alpha-large", "beta-mini"]);
  let infoReply: ScriptedReply | undefined;

  const server = createServer((request, response) => {
    response.on("error", () => {}); // a client that leaves is part of the script
    serve(request, response).catch((error: unknown) => {
      if (!over.signal.aborted && !response.destroyed) unscripted.push(`the script failed: ${String(error)}`);
      response.destroy();
    });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    const isList = request.method === "GET" && path === "/v1/models";
    const isInfo = request.method === "GET" && path === "/v1/model/info" && infoReply !== undefined;
    const kept = isList ? listRequests : isInfo ? infoRequests : requests;
    const recorded: RecordedRequest = {
      method: request.method ?? "GET",
      path,
      headers: request.headers,
      body: await readBody(request),
      index: kept.length,
      closed: once(response, "close").then(() => !response.writableFinished),
    };
    kept.push(recorded);
    for (const tell of arrivals) tell();
    if (isList) return play(listReply, recorded, response, over.signal);
    if (isInfo && infoReply !== undefined) return play(infoReply, recorded, response, over.signal);
    const known = request.method === "POST" && path === "/v1/chat/completions";
    const reply = known ? await (queue.shift() ?? replyFor?.(recorded)) : undefined;
    if (reply !== undefined) return play(reply, recorded, response, over.signal);
    unscripted.push(`${recorded.method} ${path} (request ${recorded.index})`);
    const body = { error: { message: `Nothing was scripted for ${recorded.method} ${path}.` } };
    return play({ status: 501, body }, recorded, response, over.signal);
  }

  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  async function goAway(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  }

  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    listRequests,
    infoRequests,
    modelInfo(list) {
      infoReply = isEntries(list) ? { body: { data: list } } : list;
    },
    script(...replies) {
      replyFor = undefined;
      for (const reply of replies) {
        if (typeof reply === "function") replyFor = reply;
        else queue.push(reply);
      }
    },
    models(list) {
      listReply = isEntries(list) ? listOf(list) : list;
    },
    async received(count) {
      const arrived = Promise.withResolvers<void>();
      const look = () => requests.length >= count && arrived.resolve();
      arrivals.add(look);
      look();
      await arrived.promise;
      arrivals.delete(look);
    },
    goAway,
    async comeBack() {
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
    },
    async close() {
      over.abort();
      await goAway();
      const faults = unscripted.splice(0);
      if (faults.length > 0)
        throw new Error(`The scripted upstream was asked for more: ${faults.join("; ")}`);
    },
  };
}

const isEntries = <Entries extends ModelEntries>(list: Entries | ScriptedReply): list is Entries =>
  Array.isArray(list);

const listOf = (entries: ModelEntries): ScriptedReply => ({
  body: {
    object: "list",
    data: entries.map((entry) => (typeof entry === "string" ? { id: entry, object: "model" } : entry)),
  },
});

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0
    ? {}
    : (JSON.parse(Buffer.concat(chunks).toString("utf8")) as Record<string, unknown>);
}

/** Sends a reply; returns when it is sent, when the client has left, or when the upstream is closed. */
async function play(
  reply: ScriptedReply,
  request: RecordedRequest,
  response: ServerResponse,
  over: AbortSignal,
): Promise<void> {
  const gone = Promise.race([request.closed, once(over, "abort")]);
  if (reply.hangUp) return void response.destroy();
  if (reply.stall !== undefined) await Promise.race([reply.stall === true ? gone : reply.stall, gone]);
  if (response.destroyed || over.aborted) return;
  const model = typeof request.body.model === "string" ? request.body.model : "scripted";
  const streams = reply.body === undefined && request.body.stream === true;
  const text = typeof reply.body === "string";
  response.writeHead(reply.status ?? 200, {
    "content-type": streams ? "text/event-stream" : text ? "text/html" : "application/json",
    ...reply.headers,
  });
  if (!streams) {
    response.end(text ? reply.body : JSON.stringify(reply.body ?? wholeAnswer(reply.steps ?? [], model)));
    return;
  }
  response.flushHeaders();
  response.socket?.setNoDelay(true);
  for (const step of reply.steps ?? []) {
    await playStep(step, model, reply, response, gone);
    if (response.destroyed || over.aborted) return;
  }
  response.end();
}

async function playStep(
  step: ScriptedStep,
  model: string,
  reply: ScriptedReply,
  response: ServerResponse,
  gone: Promise<unknown>,
): Promise<void> {
  const lineEnd = reply.lineEnd ?? "\n";
  const frame = (data: string) => `data: ${data}${lineEnd}${lineEnd}`;
  const write = (data: string | Uint8Array) => send(data, reply.cutBytes, response, gone);
  if ("stall" in step) await gone;
  else if ("wait" in step) await Promise.race([step.wait, gone]);
  else if ("breakOff" in step) {
    await nextTurn(); // what was written before leaves first
    response.socket?.destroy();
  } else if ("raw" in step) await write(step.raw);
  else if ("done" in step) await write(frame("[DONE]"));
  else {
    const frames = (eventsOf(step, model) ?? []).map((event) => frame(JSON.stringify(event)));
    const pace = "tokens" in step ? step.pace : undefined;
    if (pace === undefined) return write(frames.join(""));
    for (const [index, data] of frames.entries()) {
      const paced = pace(index);
      if (paced !== undefined) await Promise.race([paced, gone]);
      if (response.destroyed) return;
      await write(data);
    }
  }
}

async function send(
  data: string | Uint8Array,
  cutBytes: number | undefined,
  response: ServerResponse,
  gone: Promise<unknown>,
): Promise<void> {
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  if (bytes.length === 0) return;
  for (let start = 0; start < bytes.length; start += cutBytes ?? bytes.length) {
    if (response.destroyed) return;
    const flowing = response.write(bytes.subarray(start, start + (cutBytes ?? bytes.length)));
    if (!flowing) await Promise.race([once(response, "drain").catch(() => {}), gone]);
    else if (cutBytes !== undefined) await nextTurn(); // so that the pieces are read apart
  }
}
