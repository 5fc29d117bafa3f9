import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { until } from "../../src/testkit/until.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

/** The example of the documentation. */
const { verify } = (await import(
  new URL("../../docs/examples/webhooks/verify.js", import.meta.url).href
)) as {
  verify(secret: string, headers: object, body: string, now?: number): boolean;
};

type Hook = { readonly id: string; readonly secret: string; readonly active: boolean };
type Delivery = {
  readonly id: string;
  readonly webhook_id: string | null;
  readonly event: string;
  readonly state: string;
  readonly attempt: number;
  readonly status: number | null;
  readonly answer: string | null;
  readonly error: string | null;
  readonly body?: string;
};

let server: TestServer;
let receiver: Receiver;
before(async () => {
  receiver = await startReceiver();
  server = await startTestServer({
    outbound: { allow: [receiver.host] },
    webhooks: { first_pause_ms: 20, attempts: 3, timeout_ms: 300 },
  });
});
after(async () => {
  await server.close();
  receiver.close();
});

const post = (path: string, json?: unknown, who: "ada" | "bob" = "ada") =>
  server.as(who)(path, { method: "POST", ...(json === undefined ? {} : { json }) });

async function made(path: string, events?: readonly string[], who: "ada" | "bob" = "ada"): Promise<Hook> {
  const response = await post(
    "/api/v1/webhooks",
    { url: receiver.url + path, ...(events && { events }) },
    who,
  );
  assert.equal(response.status, 201);
  return (await response.json()) as Hook;
}

const thread = async (title: string) =>
  ((await (await post("/api/sessions", { title })).json()) as { id: string }).id;

const deliveriesOf = async ({ id }: { readonly id: string }) =>
  (await server.as("ada").get<{ deliveries: Delivery[] }>(`/api/v1/webhooks/deliveries?webhook_id=${id}`))
    .deliveries;

/** The newest delivery of a webhook, once it is over. */
async function over(hook: { readonly id: string }): Promise<Delivery> {
  return until("its newest delivery is over", async () => {
    const [newest] = await deliveriesOf(hook);
    return newest?.state !== "waiting" && newest;
  });
}

test("an event of the account is posted, signed so that its receiver can tell", async () => {
  const hook = await made("/signed", ["thread_created"]);
  const threadId = await thread("Told of");
  const posted = await receiver.wait(({ path }) => path === "/signed");
  assert.equal(posted.json.type, "thread_created");
  assert.equal(posted.json.data.thread_id, threadId);
  assert.equal(posted.json.data.timestamp, posted.json.timestamp);
  const { headers, text } = posted;
  assert.equal(verify(hook.secret, headers, text), true);
  assert.equal(verify(hook.secret, headers, `${text} `), false);
  assert.equal(verify(hook.secret, headers, text, Date.now() + 301_000), false);
  const other = await made("/other", ["roles_changed"]);
  assert.equal(verify(other.secret, headers, text), false);
  assert.equal(posted.headers["content-type"], "application/json");
  const delivery = await over(hook);
  assert.equal(delivery.id, posted.headers["webhook-id"]);
  assert.deepEqual([delivery.state, delivery.attempt, delivery.status], ["delivered", 1, 200]);
  assert.equal(delivery.answer?.length, 500, "of a long answer the beginning is kept");

  const renewed = await post(`/api/v1/webhooks/${hook.id}/secret`);
  const { secret } = (await renewed.json()) as { secret: string };
  await thread("Told of with another secret");
  const next = await receiver.wait((each) => each.path === "/signed" && each !== posted);
  assert.deepEqual(
    [hook.secret, secret].map((each) => verify(each, next.headers, next.text)),
    [false, true],
  );
});

test("only events that it asked for, of its own account", async () => {
  const mine = await made("/mine", ["thread_deleted"]);
  await made("/bobs", ["*"], "bob");
  const id = await thread("Short-lived");
  await server.as("ada")(`/api/sessions/${id}`, { method: "DELETE" });
  await receiver.wait(({ path }) => path === "/mine");
  await over(mine);
  assert.deepEqual(
    (await deliveriesOf(mine)).map(({ event }) => event),
    ["thread_deleted"],
  );
  assert.ok(!receiver.posted.some(({ path }) => path === "/bobs"));
});

test("what is not taken is sent again under its id, and at last given up; it can be sent anew", async () => {
  const hook = await made("/broken", ["thread_created"]);
  receiver.script("/broken", { status: 503 }, "silence", { status: 500 });
  await thread("Nobody listens");
  const given = await over(hook);
  assert.deepEqual([given.state, given.attempt, given.status], ["failed", 3, 500]);
  assert.match(given.error ?? "", /answered 500/);
  assert.equal(given.answer, "no: 500");
  const tries = receiver.posted.filter(({ path }) => path === "/broken");
  assert.equal(new Set(tries.map(({ headers }) => headers["webhook-id"])).size, 1);
  assert.equal(tries.length, 3);
  const again = await post(`/api/v1/webhooks/deliveries/${given.id}/replay`);
  assert.equal(again.status, 202);
  assert.equal(((await again.json()) as Delivery).state, "waiting");
  assert.equal((await over(hook)).state, "delivered");
  const whole = await server.as("ada").get<Delivery>(`/api/v1/webhooks/deliveries/${given.id}`);
  assert.equal(whole.body, tries[0]?.text);
});

test("a receiver that says 410 is told nothing more", async () => {
  const hook = await made("/gone", ["thread_created"]);
  receiver.script("/gone", { status: 410 });
  await thread("Farewell");
  assert.equal((await over(hook)).state, "failed");
  assert.equal((await server.as("ada").get<Hook>(`/api/v1/webhooks/${hook.id}`)).active, false);
});

describe("the address that a job brings", () => {
  const submit = async (path: string) =>
    (await (
      await post("/api/v1/jobs", { prompt: "Hi", model: "alpha-large", callback_url: receiver.url + path })
    ).json()) as { id: number; thread_id: string };

  test("is told of its end, with the whole job, signed once there is a secret", async () => {
    await submit("/unsigned");
    const unsigned = await receiver.wait(({ path }) => path === "/unsigned");
    assert.equal(unsigned.headers["webhook-signature"], undefined);
    const made = await post("/api/v1/webhooks/callback_secret");
    assert.equal(made.status, 201);
    const { secret } = (await made.json()) as { secret: string };
    const { id, thread_id } = await submit("/called-back");
    const { json, headers, text } = await receiver.wait(({ path }) => path === "/called-back");
    assert.equal(verify(secret, headers, text), true);
    const { job, ...news } = json.data;
    assert.deepEqual(
      [json.type, news],
      [...["job_ended", { job_id: id, thread_id, state: "done", timestamp: json.timestamp }]],
    );
    assert.deepEqual(job, await server.as("ada").get(`/api/v1/jobs/${id}`));
  });

  test("is told, and so are webhooks, when it is cancelled before it runs", async () => {
    const hook = await made("/jobs", ["job_ended"]);
    const { promise, resolve } = Promise.withResolvers<void>();
    server.upstream.script({ ...answer("One."), stall: promise });
    const first = await submit("/first");
    const second = (await (
      await post("/api/v1/jobs", {
        ...{ prompt: "Hi", model: "alpha-large", thread_id: first.thread_id },
        callback_url: `${receiver.url}/second`,
      })
    ).json()) as { id: number };
    await post(`/api/v1/jobs/${second.id}/cancel`);
    const { json } = await receiver.wait(({ path }) => path === "/second");
    assert.equal(json.data.state, "cancelled");
    const told = await receiver.wait(({ path }) => path === "/jobs");
    assert.deepEqual(told.json.data, json.data);
    resolve();
    await receiver.wait(({ path }) => path === "/first");
    assert.equal((await over(hook)).state, "delivered");
  });
});

describe("a ping", () => {
  const ping = async (url: string) => {
    const hook = (await (await post("/api/v1/webhooks", { url, events: ["roles_changed"] })).json()) as Hook;
    const response = await post(`/api/v1/webhooks/${hook.id}/test`);
    assert.equal(response.status, 200);
    return (await response.json()) as Delivery;
  };

  test("tells at once what comes of it", async () => {
    const good = await ping(`${receiver.url}/ping`);
    assert.deepEqual([good.event, good.state, good.status], ["ping", "delivered", 200]);
    receiver.script("/ping", { status: 500 });
    const bad = await ping(`${receiver.url}/ping`);
    assert.deepEqual([bad.state, bad.attempt, bad.status], ["failed", 1, 500]);
  });

  test("goes to no redirect", async () => {
    receiver.script("/redirect", { status: 307, location: `${receiver.url}/elsewhere` });
    const redirected = await ping(`${receiver.url}/redirect`);
    assert.deepEqual([redirected.state, redirected.status], ["failed", 307]);
    assert.match(redirected.error ?? "", /redirects/);
    assert.ok(!receiver.posted.some(({ path }) => path === "/elsewhere"));
  });

  test("goes nowhere inside the operator's network, however that is written", async () => {
    const port = new URL(server.url).port;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `2130706433:${port}`, "169.254.169.254"]) {
      const { state, error, status } = await ping(`http://${host}/health`);
      assert.deepEqual([state, status], ["failed", null], host);
      assert.match(error ?? "", /not a public address/, host);
    }
  });
});

test("webhooks are changed, deleted and shown without their secret, by their owner alone", async () => {
  const hook = await made("/changing", ["thread_created"]);
  const path = `/api/v1/webhooks/${hook.id}`;
  const changed = await post(path, { active: false, description: "Resting" });
  assert.deepEqual(await changed.json(), await server.as("ada").get<object>(path));
  assert.ok(!JSON.stringify(await server.as("ada").get("/api/v1/webhooks")).includes("whsec_"));
  const rests = await thread("Not told");
  const bobs = [
    await server.as("bob")(path),
    await post(path, { url: "https://evil.example/" }, "bob"),
    await post(`${path}/test`, undefined, "bob"),
    await post(`${path}/secret`, undefined, "bob"),
    await server.as("bob")(path, { method: "DELETE" }),
  ];
  assert.deepEqual(
    bobs.map(({ status }) => status),
    [404, 404, 404, 404, 404],
  );
  assert.equal((await server.as("ada")(path, { method: "DELETE" })).status, 200);
  assert.equal((await server.as("ada")(path)).status, 404);
  assert.ok(!receiver.posted.some(({ text }) => text.includes(rests) && text.includes("/changing")));
});

test("what cannot be a webhook is refused with a word on why", async () => {
  const cases: readonly [object, number, RegExp][] = [
    [{ url: "ftp://example.org/" }, 400, /whole one/],
    [{ url: "https://ada:secret@example.org/" }, 400, /without a name/],
    [{ url: "https://example.org/", events: ["thread_exploded"] }, 400, /thread_created/],
    [{ url: "https://example.org/", events: [] }, 422, /events/],
    [{ events: ["*"] }, 422, /url/],
  ];
  for (const [body, status, why] of cases) {
    const response = await post("/api/v1/webhooks", body);
    assert.equal(response.status, status);
    assert.match(await response.text(), why);
  }
});

test("deliveries come newest first, in pages", async () => {
  const all = await server.as("ada").get<{ deliveries: Delivery[] }>("/api/v1/webhooks/deliveries");
  const ids = all.deliveries.map(({ id }) => id);
  assert.ok(ids.length > 6);
  const paged: string[] = [];
  for (let query = "limit=4"; ; query = `limit=4&before=${paged.at(-1)}`) {
    const page = await server
      .as("ada")
      .get<{ deliveries: Delivery[]; has_more: boolean }>(`/api/v1/webhooks/deliveries?${query}`);
    paged.push(...page.deliveries.map(({ id }) => id));
    if (!page.has_more) break;
    assert.ok(paged.length < ids.length, "there is no more");
  }
  assert.deepEqual(paged, ids);
  const failed = await server
    .as("ada")
    .get<{ deliveries: Delivery[] }>("/api/v1/webhooks/deliveries?state=failed");
  assert.ok(failed.deliveries.length > 0 && failed.deliveries.every(({ state }) => state === "failed"));
});
