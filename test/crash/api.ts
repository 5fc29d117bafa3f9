import type { TurnEvent } from "../../src/protocols/turn-event.ts";
import { password } from "./data-folder.ts";

/** What a message begins: where the turn can be watched. */
export type Begun = { readonly thread_id: string; readonly turn_id: string; readonly message_id: string };

export type Entry = {
  readonly id: string;
  readonly role: string;
  readonly content: string;
  readonly turn_id?: string;
  readonly interrupted?: boolean;
  readonly siblings?: readonly string[];
};

/** An answer that is not the hoped-for one. */
export class Refused extends Error {
  readonly status: number;
  readonly detail: string;
  constructor(status: number, detail: string) {
    super(`${status}: ${detail}`);
    this.status = status;
    this.detail = detail;
  }
}

/** One user's view of a server. Every call rejects when the server dies, with `Refused` when it says no. */
export type Api = {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: object, key?: string): Promise<T>;
  /** Begins a turn and lets it go on by itself. */
  begin(path: string, body: object, key?: string): Promise<Begun>;
  /** Begins a turn and watches it. */
  stream(path: string, body: object, key?: string): AsyncGenerator<TurnEvent, void>;
  watch(turnId: string): AsyncGenerator<TurnEvent, void>;
};

/**
 * @param patienceMs after which a call is given up, streams too; the default is longer than any call and any turn of a
 * server that is left alone.
 */
export async function signIn(url: string, username: string, patienceMs = 30_000): Promise<Api> {
  const response = await fetch(`${url}/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  const { access_token } = (await accepted(response).then((good) => good.json())) as { access_token: string };
  const authorization = `Bearer ${access_token}`;

  async function call(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
    const form = path === "/api/v1/message";
    const payload = form ? new URLSearchParams({ ...body }) : JSON.stringify(body);
    const type = form ? "application/x-www-form-urlencoded" : "application/json";
    const response = await fetch(url + path, {
      method,
      headers: { authorization, ...headers, ...(body && { "content-type": type }) },
      ...(body && { body: payload }),
      signal: AbortSignal.timeout(patienceMs),
    });
    return accepted(response);
  }
  const keyed = (key: string | undefined) => (key === undefined ? {} : { "idempotency-key": key });

  return {
    get: async <T>(path: string) => (await (await call("GET", path)).json()) as T,
    post: async <T>(path: string, body?: object, key?: string) =>
      (await (await call("POST", path, body, keyed(key))).json()) as T,
    async begin(path, body, key) {
      const response = await call("POST", path, body, { accept: "application/json", ...keyed(key) });
      return (await response.json()) as Begun;
    },
    async *stream(path, body, key) {
      yield* eventsOf(await call("POST", path, body, keyed(key)));
    },
    async *watch(turnId) {
      yield* eventsOf(await call("GET", `/api/v1/turns/${turnId}/events`));
    },
  };
}

async function accepted(response: Response): Promise<Response> {
  if (response.ok) return response;
  const text = await response.text();
  throw new Refused(response.status, text);
}

async function* eventsOf(response: Response): AsyncGenerator<TurnEvent, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of response.body ?? []) {
    const frames = (rest + decoder.decode(bytes, { stream: true })).split("\n\n");
    rest = frames.pop() ?? "";
    for (const frame of frames) {
      const data = /^data: (.*)$/m.exec(frame)?.[1];
      if (data !== undefined) yield JSON.parse(data) as TurnEvent;
    }
  }
}
