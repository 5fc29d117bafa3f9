import assert from "node:assert/strict";
import { after, before } from "node:test";
import { hash } from "@node-rs/bcrypt";
import { answer } from "../../../src/testkit/scripted-reply.ts";
import { until } from "../../../src/testkit/until.ts";
import { type Receiver, startReceiver } from "../../support/receiver.ts";
import { startTestServer, type TestServer } from "../../support/test-server.ts";

export type Job = {
  readonly id: number;
  readonly conversation_id: string;
  readonly user_input: string;
  readonly model: string;
  readonly system_prompt: string;
  readonly status: string;
  readonly result: string | null;
  readonly created_at: string;
  readonly processed_at: string | null;
};
export type Queued = {
  readonly ok: boolean;
  readonly queued: boolean;
  readonly job_id: number | null;
  readonly conversation_id: string;
  readonly created_new: boolean;
  readonly model: string;
};
export type Said = { readonly role: string; readonly content: string };

export const apiToken = "n8n-token-of-a-test";

/** The servers that all of these tests share, from the first test of a file to its last, and calls of the first one. */
export function openHouse() {
  let server: TestServer;
  let receiver: Receiver;
  let open: TestServer;
  before(async () => {
    receiver = await startReceiver();
    const models = { list_ttl_ms: 0 };
    const jobs = { attempts: 1, workers: 2 };
    const password_hash = await hash("let me in", { cost: 4 });
    server = await startTestServer({
      outbound: { allow: [receiver.host] },
      models,
      jobs,
      llamalith: { api_token: apiToken, user: "bob", password_hash },
      cors_origins: ["https://tools.example"],
    });
    open = await startTestServer({ models, jobs, open_api: { enabled: true, user: "ada" } });
    for (const { upstream } of [server, open]) upstream.models(["mistral", "alpha"]);
  });
  after(async () => {
    await Promise.all([server.close(), open.close()]);
    receiver.close();
  });

  /** Status and body of a call as n8n makes it. */
  async function call(
    path: string,
    json?: unknown,
    headers: Record<string, string> = { "x-api-token": apiToken },
  ) {
    const response = await server.as(null)(path, {
      headers,
      ...(json !== undefined && { method: "POST", json }),
    });
    const text = await response.text();
    return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text, response };
  }

  const get = async <T>(path: string): Promise<T> => (await call(path)).body as T;
  const post = async (path: string, json: unknown): Promise<Queued> => {
    const { status, body } = await call(path, json);
    assert.equal(status, 200, JSON.stringify(body));
    return body as Queued;
  };
  const messages = async (id: string) =>
    (await get<{ messages: Said[] }>(`/chat/api/conversations/${id}/messages`)).messages;

  async function over(id: number | null): Promise<Job> {
    return until(`job ${id} is over`, async () => {
      const job = await get<Job>(`/chat/api/jobs/${id}`);
      return (job.status === "done" || job.status === "error") && job;
    });
  }

  return {
    get server() {
      return server;
    },
    /** As the first version was: nobody needs a token. */
    get open() {
      return open;
    },
    get receiver() {
      return receiver;
    },
    ...{ call, get, post, messages, over },
  };
}

export type House = ReturnType<typeof openHouse>;

/** Answers nothing until it is let go. */
export function held(text: string) {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { reply: { ...answer(text), stall: promise }, letGo: resolve };
}
