import { Agent, type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { until } from "../../src/testkit/until.ts";

export type Asked = {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: object;
  readonly form?: Readonly<Record<string, string>>;
};

/** One connection to a server of several workers, which leads to the same of them for as long as it holds. */
export type WorkerLine = {
  /** One request at a time: a stream has to end before the next. */
  open(path: string, asked?: Asked): Promise<IncomingMessage>;
  /** The whole answer. */
  ask(path: string, asked?: Asked): Promise<{ readonly status: number; readonly text: string }>;
  close(): void;
};

function connect(url: string): WorkerLine {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let connection: Socket | undefined;
  const open = (path: string, { method, headers, json, form }: Asked = {}) => {
    const body = json === undefined ? form && new URLSearchParams(form).toString() : JSON.stringify(json);
    const type = json === undefined ? "application/x-www-form-urlencoded" : "application/json";
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    request(
      url + path,
      {
        ...{ agent, method: method ?? (body === undefined ? "GET" : "POST") },
        headers: { ...headers, ...(body !== undefined && { "content-type": type }) },
      },
      resolve,
    )
      .on("socket", (socket) => {
        connection ??= socket;
        if (socket !== connection) reject(new Error("The connection was lost; another may lead elsewhere."));
      })
      .on("error", reject)
      .end(body);
    return promise;
  };
  return {
    open,
    async ask(path, asked) {
      const response = await open(path, asked);
      return { status: response.statusCode ?? 0, text: await text(response) };
    },
    close: () => agent.destroy(),
  };
}

/** What comes on a stream. */
export type Heard = {
  /** Resolves with what came so far when the first words did. */
  readonly words: Promise<string>;
  /** All of it, once it has ended or was cut. */
  readonly all: Promise<string>;
};

/** @param first what the first words are known by. */
export function hear(stream: IncomingMessage, first = '"message_tokens"'): Heard {
  const words = Promise.withResolvers<string>();
  const all = Promise.withResolvers<string>();
  let heard = "";
  stream.setEncoding("utf8");
  stream.on("data", (piece: string) => {
    heard += piece;
    if (heard.includes(first)) words.resolve(heard);
  });
  stream.on("error", () => {}); // one that was cut is told by its close
  stream.on("close", () => all.resolve(heard));
  return { words: words.promise, all: all.promise };
}

/** A connection to the worker of this number, as soon as one leads there: new ones go to each in turn. */
export async function lineTo(url: string, worker: number): Promise<WorkerLine> {
  return until(`worker ${worker} answers`, async () => {
    const line = connect(url);
    const answer = await line.ask("/readyz").catch(() => undefined); // a worker that dies takes its connections along
    if (answer?.status === 200 && (JSON.parse(answer.text) as { worker: number }).worker === worker)
      return line;
    line.close();
    return undefined;
  });
}
