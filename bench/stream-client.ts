import { Agent, type IncomingMessage, request } from "node:http";

/** Where streams come from: the upstream itself, the pipe before it, or Skeleton. */
export type Source = {
  readonly url: string;
  /** Answers `model`, to a request that carries so many messages. */
  ask(model: string): {
    readonly path: string;
    readonly headers: Record<string, string>;
    readonly body: string;
  };
};

export type OpenStream = {
  /** Resolves at the first token: ms since the request. */
  readonly firstToken: Promise<number>;
  /** Resolves when the answer has ended. */
  readonly ended: Promise<void>;
  /** Tokens that have come so far. */
  tokens(): number;
  pause(): void;
  abort(): void;
};

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

/** How a token begins: in a chunk of the chat completions API, and in one of Skeleton's events. */
const marks = [Buffer.from('"delta":{"content"'), Buffer.from('"event":"message_tokens"')];

/** @param onTokens is told how many tokens came in one read, and when. */
export function openStream(
  source: Source,
  model: string,
  onTokens: (count: number, at: number) => void = () => {},
): OpenStream {
  const { path, headers, body } = source.ask(model);
  const first = Promise.withResolvers<number>();
  const end = Promise.withResolvers<void>();
  const startedAt = performance.now();
  let tokens = 0;
  let incoming: IncomingMessage | undefined;
  const outgoing = request(source.url + path, { method: "POST", headers, agent }, (response) => {
    incoming = response;
    if (response.statusCode !== 200)
      end.reject(new Error(`the answer has the status ${response.statusCode}`));
    response.on("data", (bytes: Buffer) => {
      const count = countTokens(bytes);
      if (count === 0) return;
      const now = performance.now();
      if (tokens === 0) first.resolve(now - startedAt);
      tokens += count;
      onTokens(count, now);
    });
    response.on("end", end.resolve);
    response.on("error", end.reject);
  });
  outgoing.on("error", (error) => {
    first.reject(error);
    end.reject(error);
  });
  first.promise.catch(() => {}); // whoever waits for the end is told
  end.promise.catch(() => {});
  outgoing.end(body);
  return {
    firstToken: first.promise,
    ended: end.promise,
    tokens: () => tokens,
    pause: () => incoming?.pause(),
    abort: () => outgoing.destroy(),
  };
}

/** One that is cut in two by the network is not counted: on loopback a write is read as it was written. */
function countTokens(bytes: Buffer): number {
  let count = 0;
  for (const mark of marks) {
    for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + mark.length)) count += 1;
  }
  return count;
}

/** A message as the chat completions API has it. */
export type Said = { readonly role: string; readonly content: string };

/** The upstream, or the pipe before it. @param said what a request carries. */
export function plainSource(
  url: string,
  said: readonly Said[] = [{ role: "user", content: "hello" }],
): Source {
  return {
    url,
    ask: (model) => ({
      path: "/v1/chat/completions",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model, messages: said, stream: true }),
    }),
  };
}

/** Skeleton: a new thread for every question, or one that is there. */
export function skeletonSource(url: string, token: string, threadId?: string): Source {
  return {
    url,
    ask: (model) => ({
      path: "/api/v1/message",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/x-www-form-urlencoded" },
      body: `content=hello&model=${model}${threadId === undefined ? "" : `&thread_id=${threadId}`}`,
    }),
  };
}
