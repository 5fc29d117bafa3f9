import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { hash } from "@node-rs/bcrypt";
import { answer, refusal } from "../../src/testkit/scripted-reply.ts";
import { until } from "../../src/testkit/until.ts";
import { type Workflow, walk } from "../support/n8n.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { passwordOf, startTestServer, type TestServer } from "../support/test-server.ts";

type Job = {
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
type Queued = {
  readonly ok: boolean;
  readonly queued: boolean;
  readonly job_id: number | null;
  readonly conversation_id: string;
  readonly created_new: boolean;
  readonly model: string;
};
type Said = { readonly role: string; readonly content: string };

const token = "n8n-token-of-a-test";

let server: TestServer;
let receiver: Receiver;
/** As the first version was: nobody needs a token. */
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
    llamalith: { api_token: token, user: "bob", password_hash },
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
  headers: Record<string, string> = { "x-api-token": token },
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

/** Answers nothing until it is let go. */
function held(text: string) {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { reply: { ...answer(text), stall: promise }, letGo: resolve };
}

describe("submit and poll", () => {
  test("a prompt is queued, runs, and is answered, at every address", async () => {
    const { reply, letGo } = held("Once upon a time.");
    server.upstream.script(reply);
    const seed = {
      user_input: "Write a story.",
      model: "mistral",
      session_id: "story-1",
      system_prompt: "Be gentle.",
    };
    const { job_id: id } = await post("/chat/api/submit", seed);
    assert.equal(typeof id, "number");
    assert.deepEqual(await get(`/chat/api/status/story-1`), { response: null });
    const job = await get<Job>(`/api/jobs/${id}`);
    assert.deepEqual(Object.keys(job), [
      ...["id", "conversation_id", "user_input", "model", "system_prompt", "status", "result"],
      ...["created_at", "processed_at"],
    ]);
    assert.ok(["queued", "processing"].includes(job.status));
    assert.match(job.created_at, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    assert.deepEqual([job.result, job.processed_at], [null, null]);
    await server.upstream.received(1);
    assert.equal((await get<Job>(`/chat/api/jobs/${id}`)).status, "processing");
    letGo();
    const done = await over(id);
    assert.deepEqual([done.status, done.result, done.model], ["done", "Once upon a time.", "mistral"]);
    assert.equal(done.system_prompt, "Be gentle.");
    assert.match(done.processed_at ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
    assert.deepEqual(await get(`/api/status/story-1`), { response: "Once upon a time." });
    assert.deepEqual(server.upstream.requests.at(-1)?.body.messages, [
      { role: "system", content: "Be gentle." },
      { role: "user", content: "Write a story." },
    ]);
  });

  test("the same prompt twice in a row is said once and answered twice", async () => {
    const before = server.upstream.requests.length;
    const { reply, letGo } = held("One.");
    server.upstream.script(reply, answer("Two."));
    const same = { user_input: "Again?", session_id: "twice" };
    const first = await post("/chat/api/submit", same);
    const second = await post("/chat/api/submit", same);
    assert.notEqual(first.job_id, second.job_id);
    assert.deepEqual(await messages("twice"), [{ role: "user", content: "Again?" }]);
    letGo();
    const { result, model } = await over(first.job_id);
    assert.deepEqual([result, model], ["One.", "mistral"], "the model where none is named");
    assert.equal((await over(second.job_id)).result, "Two.");
    assert.equal(server.upstream.requests.length, before + 2);
    assert.deepEqual(
      (await messages("twice")).filter(({ role }) => role === "user"),
      [{ role: "user", content: "Again?" }],
    );
    server.upstream.script(answer("Three."));
    await over((await post("/chat/api/submit", same)).job_id);
    assert.equal(
      (await messages("twice")).filter(({ role }) => role === "user").length,
      2,
      "what was answered may be asked anew",
    );
  });

  test("what does not fit is 422, what is not there 404", async () => {
    assert.equal((await call("/chat/api/submit", { user_input: "Hi" })).status, 422);
    assert.equal((await call("/chat/api/submit", [])).status, 422);
    assert.deepEqual((await call("/chat/api/jobs/999999")).body, { detail: "Job not found" });
    assert.equal((await call("/chat/api/jobs/999999")).status, 404);
    assert.equal((await call("/chat/api/jobs/abc")).status, 422);
    assert.equal((await call("/chat/api/jobs?limit=abc")).status, 422);
    const broken = await server.as(null)("/chat/api/jobs", {
      method: "POST",
      headers: { "x-api-token": token, "content-type": "application/json" },
      body: "{",
    });
    assert.equal(broken.status, 422);
  });
});

describe("the jobs API", () => {
  test("a conversation is made under a new id, or under the caller's", async () => {
    server.upstream.script(answer("A"), answer("B"));
    const content = `${"A title that is long ".repeat(5)}!`;
    const made = await post("/chat/api/jobs", { content });
    assert.match(made.conversation_id, /^[0-9a-f-]{36}$/);
    assert.deepEqual(
      { ...made, conversation_id: "", job_id: 0 },
      {
        ...{ ok: true, queued: true, job_id: 0, conversation_id: "", created_new: true, model: "mistral" },
      },
    );
    const thread = await server.as("bob").get<{ title: string }>(`/api/v1/threads/${made.conversation_id}`);
    assert.equal(thread.title, content.slice(0, 60).trim());
    const own = await post("/chat/api/jobs", { content: "Hi", conversation_id: "own", model: "alpha" });
    assert.deepEqual([own.conversation_id, own.created_new, own.model], ["own", false, "alpha"]);
    await Promise.all([over(made.job_id), over(own.job_id)]);
  });

  test("without content there is a conversation and no job; without anything 400", async () => {
    const none = await call("/chat/api/jobs", { content: " ", system_prompt: "" });
    assert.deepEqual([none.status, none.body], [400, { error: "content or system_prompt is required" }]);
    const only = await post("/chat/api/jobs", { system_prompt: "Be brief.", conversation_id: "quiet" });
    assert.deepEqual([only.queued, only.job_id], [false, null]);
    assert.deepEqual(await messages("quiet"), [{ role: "system", content: "Be brief." }]);
    assert.equal((await call("/chat/api/jobs", [])).status, 422);
    assert.equal((await call("/chat/api/jobs", { content: 5 })).status, 422);
  });

  test("system text and context stand before the message, in the conversation and before the model", async () => {
    const { reply, letGo } = held("Sure.");
    server.upstream.script(reply);
    const sent = {
      content: "Go on.",
      system_prompt: "Be brief.",
      assistant_context: "So far: A.",
      unknown: 1,
    };
    const { job_id: id } = await post("/chat/api/jobs", { ...sent, conversation_id: "context" });
    const expected = [
      { role: "system", content: "Be brief." },
      { role: "assistant", content: "So far: A." },
      { role: "user", content: "Go on." },
    ];
    assert.deepEqual(await messages("context"), expected);
    letGo();
    await over(id);
    assert.deepEqual(server.upstream.requests.at(-1)?.body.messages, expected);
    assert.deepEqual(await messages("context"), [...expected, { role: "assistant", content: "Sure." }]);
    assert.deepEqual(await messages("nowhere"), []);
  });

  test("jobs are listed newest first, by status and conversation", async () => {
    server.upstream.script(answer("Fine."), refusal(400, "No such thing"));
    const fine = await post("/chat/api/jobs", { content: "Fine?", conversation_id: "listed" });
    const bad = await post("/chat/api/jobs", { content: "Bad?", conversation_id: "listed" });
    assert.match((await over(bad.job_id)).result ?? "", /No such thing/);
    const ids = async (query: string) =>
      (await get<{ jobs: Job[] }>(`/chat/api/jobs?${query}`)).jobs.map(({ id }) => id);
    assert.deepEqual(await ids("conversation_id=listed"), [bad.job_id, fine.job_id]);
    assert.deepEqual(await ids("conversation_id=listed&limit=1"), [bad.job_id]);
    assert.deepEqual(await ids("conversation_id=listed&limit=0"), []);
    assert.ok((await ids("status=error")).includes(bad.job_id ?? 0));
    assert.ok(!(await ids("status=error&limit=-1")).includes(fine.job_id ?? 0));
    assert.deepEqual(await ids("status=unheard-of"), []);
  });

  test("an unknown model, and an empty answer, are errors that say so", async () => {
    const unknown = await post("/chat/api/jobs", { content: "Hi", model: "nobody" });
    assert.match((await over(unknown.job_id)).result ?? "", /nobody/);
    server.upstream.script(answer(""));
    const empty = await post("/chat/api/jobs", { content: "Say nothing" });
    assert.equal((await over(empty.job_id)).result, "Empty model output");
  });

  test("a cancelled job is an error that says so", async () => {
    const before = server.upstream.requests.length;
    const { reply, letGo } = held("Too late.");
    server.upstream.script(reply);
    const { job_id: id } = await post("/chat/api/jobs", { content: "Never mind" });
    await server.upstream.received(before + 1);
    await server.app.jobs.cancel({ userId: "bob", id: id ?? 0 });
    const { status, result } = await over(id);
    assert.deepEqual([status, result], ["error", "Cancelled"]);
    letGo();
  });
});

test("what is refused leaves no conversation", async () => {
  const bob = server.as("bob");
  const count = async () => (await bob.get<unknown[]>("/api/v1/threads")).length;
  const before = await count();
  const refused: readonly [path: string, json: object, status: number][] = [
    ["/api/jobs", { content: "Hi", callback_url: "file:///etc/passwd" }, 400],
    ["/api/jobs", { content: "Hi", callback_url: "n8n.lan/hook" }, 400],
    ["/api/jobs", { content: "Hi", conversation_id: "a\u0000b" }, 400],
    ["/api/jobs", { system_prompt: "Hi", conversation_id: "a\u0000b" }, 400],
    ["/api/submit", { user_input: "Hi", session_id: "a\u001fb" }, 400],
    ["/api/jobs", { content: "x".repeat(1_000_001) }, 400],
  ];
  for (const [path, json, status] of refused) {
    const answered = await call(path, json);
    assert.equal(answered.status, status, JSON.stringify(answered.body).slice(0, 200));
  }
  assert.equal(await count(), before);
  const { status } = await server.as("beta")("/api/jobs", {
    method: "POST",
    json: { content: "Hi", model: "alpha" },
  });
  assert.deepEqual([status, await server.as("beta").get("/api/v1/threads")], [403, []]);
});

test("every call is answered with /chat in front and without", async () => {
  const unfit: readonly [path: string, status: number, json?: object][] = [
    ["/api/submit", 422, {}],
    ["/api/jobs", 400, {}],
    ["/api/conversations/none/reply", 422, {}],
    ["/api/jobs?limit=1", 200],
    ["/api/jobs/999999", 404],
    ["/api/status/none", 200],
    ["/api/conversations/none/messages", 200],
    ["/api/conversations/none/latest", 200],
  ];
  for (const [path, status, json] of unfit)
    for (const prefix of ["", "/chat"])
      assert.equal((await call(prefix + path, json)).status, status, prefix + path);
});

describe("a reply", () => {
  test("goes on in a conversation, which is made where it is not there", async () => {
    server.upstream.script(answer("First."), answer("Second."));
    const path = "/chat/api/conversations/replies/reply";
    const first = await post(path, { model: "alpha", content: "One?", system_prompt: "Be kind." });
    assert.deepEqual([first.created_new, first.conversation_id], [false, "replies"]);
    await over(first.job_id);
    const second = await post(path, { model: "alpha", content: "Two?", system_prompt: "Be kind." });
    await over(second.job_id);
    assert.deepEqual(
      (await messages("replies")).map(({ role }) => role),
      ["system", "user", "assistant", "user", "assistant"],
    );
    const sent = server.upstream.requests.at(-1)?.body.messages as Said[];
    assert.deepEqual(
      sent.map(({ content }) => content),
      ["Be kind.", "One?", "First.", "Two?"],
    );
    const threads = await server.as("bob").get<{ id: string }[]>("/api/v1/threads");
    assert.ok(threads.some(({ id }) => id === "replies"));
    const latest = await get<{ last_user: Said; last_assistant: Said; last_job: Job }>(
      "/chat/api/conversations/replies/latest",
    );
    assert.deepEqual(
      [latest.last_user.content, latest.last_assistant.content, latest.last_job.id],
      ["Two?", "Second.", second.job_id],
    );
    assert.deepEqual(await get("/api/conversations/none/latest"), {
      ...{ last_user: null, last_assistant: null, last_job: null },
    });
  });

  test("needs a model and content", async () => {
    const path = "/api/conversations/replies/reply";
    assert.equal((await call(path, { content: "Hi" })).status, 422);
    assert.equal((await call(path, { model: "alpha" })).status, 422);
    assert.equal((await call(path, { model: "alpha", content: " " })).status, 400);
  });
});

describe("who may call", () => {
  const status = async (headers: Record<string, string>) =>
    (await call("/chat/api/jobs?limit=1", undefined, headers)).status;

  test("nobody without a token", async () => {
    const { status, body, response } = await call("/chat/api/jobs", { content: "Hi" }, {});
    assert.deepEqual([status, body], [401, { detail: "Invalid or missing token" }]);
    assert.equal(response.headers.get("www-authenticate"), "Bearer");
  });

  test("whoever has the token, in either header; a bearer counts first", async () => {
    assert.equal(await status({ authorization: `Bearer ${token}` }), 200);
    assert.equal(await status({ authorization: `BEARER   ${token} ` }), 200);
    assert.equal(await status({ "x-api-token": ` ${token} ` }), 200);
    assert.equal(await status({ authorization: "Basic abc", "x-api-token": token }), 200);
    assert.equal(await status({ authorization: "Bearer wrong", "x-api-token": token }), 401);
    assert.equal(await status({ "x-api-token": `${token}x` }), 401);
    assert.equal(await status({ "x-api-token": "" }), 401);
  });

  test("whoever has an API key for jobs, in either header", async () => {
    const key = async (scopes: readonly string[]) =>
      (
        (await (
          await server.as("bob")("/api/v1/keys", { method: "POST", json: { name: "n8n", scopes } })
        ).json()) as { secret: string }
      ).secret;
    const [jobs, reads] = [await key(["jobs"]), await key(["read"])];
    assert.equal(await status({ "x-api-token": jobs }), 200);
    assert.equal(await status({ authorization: `Bearer ${jobs}` }), 200);
    assert.equal(await status({ "x-api-token": reads }), 200);
    assert.equal((await call("/api/jobs", { content: "Hi" }, { "x-api-token": reads })).status, 403);
    assert.equal(
      (await call("/api/v1/webhooks", undefined, { authorization: `Bearer ${jobs}` })).status,
      403,
    );
  });

  test("pages of an origin that is configured, and of no other", async () => {
    const asked = async (origin: string) => {
      const preflight = {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-api-token",
      };
      const { headers } = await server.as(null)("/chat/api/jobs", { method: "OPTIONS", headers: preflight });
      const { response } = await call("/chat/api/jobs?limit=1", undefined, { origin, "x-api-token": token });
      return [
        headers.get("access-control-allow-origin"),
        headers.get("access-control-allow-headers"),
        response.headers.get("access-control-allow-origin"),
      ];
    };
    const own = "https://tools.example";
    assert.deepEqual(await asked(own), [own, "content-type,x-api-token", own]);
    const [foreign, , answered] = await asked("https://elsewhere.example");
    assert.deepEqual([foreign, answered], [null, null]);
  });

  test("its token opens nothing else", async () => {
    for (const path of ["/api/v1/me", "/api/sessions", "/api/v1/threads"])
      assert.ok(
        [401, 403].includes((await call(path, undefined, { authorization: `Bearer ${token}` })).status),
        path,
      );
  });

  test("whoever is signed in here: each sees their own", async () => {
    const signedIn = await signIn();
    assert.equal(await status({ cookie: signedIn }), 200);
    assert.equal(await status({ cookie: signedIn, "sec-fetch-site": "same-origin" }), 200);
    const foreign = await call(
      "/api/jobs",
      { content: "Hi" },
      { cookie: signedIn, "sec-fetch-site": "cross-site" },
    );
    assert.equal(foreign.status, 403);
    const [job] = (await get<{ jobs: Job[] }>("/api/jobs?limit=1")).jobs;
    assert.equal((await server.as("ada")(`/api/jobs/${job?.id}`)).status, 404);
    assert.deepEqual(await server.as("ada").get("/api/conversations/replies/messages"), { messages: [] });
  });
});

async function signIn(): Promise<string> {
  const response = await fetch(`${server.url}/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "bob", password: passwordOf("bob") }),
  });
  return response.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
}

describe("addresses of its pages", () => {
  const visit = (path: string, init: RequestInit = {}) =>
    fetch(server.url + path, { redirect: "manual", ...init });
  const enter = (password: string) =>
    visit("/chat/login", { method: "POST", body: new URLSearchParams({ password }) });

  test("lead to the login, and from there to the page", async () => {
    for (const path of ["/chat/", "/chat/jobs", "/chat/conversations", "/chat/conversations/story-1"]) {
      const response = await visit(path);
      assert.deepEqual([response.status, response.headers.get("location")], [303, "/chat/login"], path);
      assert.deepEqual(await response.json(), { detail: "See Other" });
    }
    assert.equal((await visit("/chat")).status, 307);
    assert.equal((await visit("/chat/docs")).headers.get("location"), "/docs");
    const wrong = await enter("guess");
    assert.equal(wrong.status, 200);
    assert.match(await wrong.text(), /Invalid password/);
    assert.deepEqual(wrong.headers.getSetCookie(), []);
    assert.equal((await visit("/chat/login", { method: "POST", body: new URLSearchParams() })).status, 422);
    const right = await enter("let me in");
    assert.deepEqual([right.status, right.headers.get("location")], [303, "/chat"]);
    const [set = ""] = right.headers.getSetCookie();
    assert.match(set, /HttpOnly.*SameSite=Strict/);
    const headers = { cookie: set.split(";", 1)[0] ?? "" };
    assert.equal((await visit("/chat/jobs", { headers })).headers.get("location"), "/#/jobs");
    const me = (await (await visit("/api/v1/me", { headers })).json()) as { username: string };
    assert.equal(me.username, "bob");
    const unknown = await visit("/chat/conversations/brand%20new", { headers });
    assert.equal(unknown.headers.get("location"), "/#/t/brand%20new");
    const thread = await server.as("bob").get<{ title: string }>("/api/v1/threads/brand%20new");
    assert.equal(thread.title, "New Conversation");
    const out = await visit("/chat/logout", { headers });
    assert.match(out.headers.getSetCookie()[0] ?? "", /Expires=Thu, 01 Jan 1970/);
    assert.equal(
      (await visit("/chat/jobs", { headers })).headers.get("location"),
      "/chat/login",
      "it is over",
    );
  });

  test("lead to this server's own sign-in where no password is configured, and no password opens", async () => {
    const form = await fetch(`${open.url}/chat/login`, { redirect: "manual" });
    assert.deepEqual([form.status, form.headers.get("location")], [303, "/"]);
    const tried = await open.as(null)("/chat/login", { method: "POST", form: { password: "let me in" } });
    assert.deepEqual(tried.headers.getSetCookie(), []);
  });
});

const missing = ["bash", "curl", "jq"].filter((tool) => spawnSync(tool, ["--version"]).error !== undefined);

test("the script of its README runs as it is written", {
  skip: missing.length > 0 && `without ${missing.join(", ")}`,
}, async () => {
  open.upstream.script(answer("The comet was shy."));
  const home = mkdtempSync(join(tmpdir(), "skeleton-llamalith-"));
  try {
    // The script says localhost:8000, which may be anything on this machine.
    writeFileSync(join(home, ".curlrc"), `connect-to = "localhost:8000:${new URL(open.url).host}"\n`);
    const script = readFileSync(
      new URL("../../docs/examples/llamalith/submit-and-poll.sh", import.meta.url),
      "utf8",
    );
    const { stdout } = await promisify(execFile)("bash", ["-c", script], {
      env: { PATH: process.env.PATH, HOME: home },
    });
    assert.equal(stdout, "The comet was shy.\n");
  } finally {
    rmSync(home, { recursive: true });
  }
  const sent = (open.upstream.requests[0]?.body.messages ?? []) as Said[];
  assert.equal(sent[0]?.content, "You are a gentle storyteller; keep vocabulary simple.");
});

describe("workflows of n8n", () => {
  const workflow = (name: string) =>
    JSON.parse(readFileSync(new URL(`../../docs/n8n/${name}.json`, import.meta.url), "utf8")) as Workflow;
  const around = {
    settings: {} as Record<string, unknown>,
    resumeUrl: "",
    resumed: async () => {
      const { json } = await receiver.wait(({ path }) => path === "/webhook-waiting/7");
      return { body: json };
    },
    pause: () => sleep(10),
  };
  before(() => {
    around.settings = { server: server.url, token };
    around.resumeUrl = `${receiver.url}/webhook-waiting/7`;
  });

  test("one that submits and polls ends with the answer", async () => {
    server.upstream.script(answer("The otter slept."));
    const result = await walk(workflow("submit-and-poll"), around);
    assert.deepEqual(result, { status: "done", text: "The otter slept." });
  });

  test("one that waits to be called back goes on with the answer", async () => {
    server.upstream.script(answer("The otter woke up."));
    const result = await walk(workflow("wait-for-callback"), around);
    assert.deepEqual(result, { status: "done", text: "The otter woke up." });
  });
});
