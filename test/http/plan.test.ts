import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { answer, type ScriptedReply } from "../../src/testkit/scripted-reply.ts";
import { runSkeleton } from "../cli/skeleton-process.ts";
import { giveWord, waitingFor } from "../support/approvals.ts";
import { passwordOf, startTestServer, type TestServer, textOf, threadOf } from "../support/test-server.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

const list = "1. Look\n2. Leap\n3. Land";
const planMode = { planner: "beta-mini", answerer: "alpha-large" };
const plan = JSON.stringify(planMode);
const carried: ScriptedReply = {
  steps: [
    { tokens: ["[[st", "ep 1]]\nLooked.\n[[step 2]]", "\nLeapt."] },
    { finish: "stop" },
    { done: true },
  ],
};

type Row = {
  readonly id: string;
  readonly role: string;
  readonly content: string;
  readonly model?: string;
} & {
  readonly turn?: { readonly plan?: unknown };
};

const ada = () => server.as("ada");
const messages = (threadId: string) =>
  ada().get<readonly Row[]>(`/api/v1/threads/${threadId}/messages?details=true`);
const threadPlan = async (threadId: string) =>
  (await ada().get<{ plan_mode: unknown }>(`/api/v1/threads/${threadId}`)).plan_mode;
/** Models of the last calls upstream. */
const asked = (count: number) => server.upstream.requests.slice(-count).map(({ body }) => body.model);

const waiting = async () => (await waitingFor(ada()))[0];
const word = (turn_id: string, json: object) => giveWord(ada(), { turn_id, call_id: "plan" }, json);

describe("plan mode", () => {
  test("is kept by the thread that begins with it, plans each answer, and can be turned off", async () => {
    server.upstream.script(answer(list), carried, answer("1. Rest"), answer("Rested."), answer("Plainly."));
    const events = await ada().say({ content: "Get over", plan_mode: plan });
    assert.equal(textOf(events, "plan_tokens"), list);
    assert.equal(textOf(events), "Looked.\nLeapt.");
    assert.deepEqual(asked(2), ["beta-mini", "alpha-large"]);
    const threadId = threadOf(events);
    assert.deepEqual(await threadPlan(threadId), planMode);
    const [question, planned, answered] = await messages(threadId);
    assert.equal(question?.content, "Get over");
    assert.deepEqual([planned?.role, planned?.content, planned?.model], ["plan", list, "beta-mini"]);
    const done = ["Look", "Leap", "Land"].map((text) => ({ text, state: "done" }));
    assert.deepEqual(answered?.turn?.plan, { steps: done, model: "beta-mini" });

    await ada().say({ content: "And then?", thread_id: threadId });
    assert.deepEqual(asked(2), ["beta-mini", "alpha-large"]);
    const markdown = await (await ada()(`/api/v1/threads/${threadId}/export`)).text();
    assert.match(
      markdown,
      /## Plan, by beta-mini\n\n1\. \[x\] Look\n2\. \[x\] Leap\n3\. \[x\] Land\n\n## alpha-large\n\nLooked\./,
    );

    await ada()(`/api/v1/threads/${threadId}`, { method: "POST", json: { plan_mode: null } });
    await ada().say({ content: "Once more", thread_id: threadId, model: "beta-mini" });
    assert.deepEqual(asked(1), ["beta-mini"]);
  });

  test("may be for one message alone, or not for it", async () => {
    server.upstream.script(
      answer("Plainly."),
      answer(list),
      carried,
      answer("1. Look"),
      carried,
      answer("Plainly."),
    );
    const threadId = threadOf(await ada().say({ content: "Hello", model: "alpha-large" }));
    const once = await ada().say({ content: "Get over", thread_id: threadId, plan_mode: plan });
    assert.equal(textOf(once, "plan_tokens"), list);
    assert.equal(await threadPlan(threadId), null);
    const last = (await messages(threadId)).at(-1)?.id;
    const path = `/api/v1/threads/${threadId}/messages/${last}/regenerate`;
    await (await ada()(path, { method: "POST", json: { plan_mode: planMode } })).text();
    assert.deepEqual(asked(2), ["beta-mini", "alpha-large"]);
    await ada()(`/api/v1/threads/${threadId}`, { method: "POST", json: { plan_mode: planMode } });
    await ada().say({ content: "Plainly", thread_id: threadId, plan_mode: "null" });
    assert.deepEqual(asked(1), ["alpha-large"]);
  });

  test("with a review waits, refuses what is no plan, and carries out what its user made of it", async () => {
    server.upstream.script(answer(list), carried);
    const turn = ada().say({ content: "Get over", plan_mode: JSON.stringify({ ...planMode, review: true }) });
    const { turn_id: turnId, arguments: args, name } = await waiting();
    assert.equal(name, "plan");
    const steps = JSON.parse(args) as { text: string }[];
    assert.deepEqual(steps, [{ text: "Look" }, { text: "Leap" }, { text: "Land" }]);
    for (const bad of ["no JSON", "[]", '[{"text":" "}]', '[{"text":"a","struck":true}]', '["a"]']) {
      const refused = await word(turnId, { approve: true, arguments: bad });
      assert.equal(refused.status, 400, bad);
      assert.match(await refused.text(), /Send JSON like/);
    }
    const left = [{ text: "Look", struck: true }, { text: "Laugh" }];
    assert.equal((await word(turnId, { approve: true, arguments: JSON.stringify(left) })).status, 200);
    const events = await turn;
    const told = events
      .filter(({ event }) => event === "plan")
      .map(({ data }) => (data as { steps: unknown }).steps);
    assert.deepEqual(told, [steps, left]);
    const prompt = server.upstream.requests.at(-1)?.body.messages as { content: string }[] | undefined;
    assert.match(prompt?.at(-1)?.content ?? "", /\n2\. Laugh$/);
    const markdown = await (await ada()(`/api/v1/threads/${threadOf(events)}/export`)).text();
    assert.match(markdown, /1\. ~~Look~~\n2\. \[x\] Laugh\n/);
  });

  test("ends with the plan when its user does not want it carried out", async () => {
    server.upstream.script(answer(list));
    const turn = ada().say({ content: "Get over", plan_mode: JSON.stringify({ ...planMode, review: true }) });
    await word((await waiting()).turn_id, { approve: false });
    const events = await turn;
    assert.deepEqual([events.at(-2)?.event, events.at(-1)?.event], ["approval", "stream_end"]);
    const markdown = await (await ada()(`/api/v1/threads/${threadOf(events)}/export`)).text();
    assert.match(markdown, /3\. \[ \] Land\n\n\*It was not carried out\.\*/);
  });

  test("that cannot be is refused before anything is kept", async () => {
    const count = async () => (await server.as("beta").get<unknown[]>("/api/v1/threads")).length;
    const before = await count();
    const send = async (mode: string) => {
      const form = { content: "Hi", plan_mode: mode };
      const response = await server.as("beta")("/api/v1/message", { method: "POST", form });
      return [response.status, await response.text()] as const;
    };
    for (const [mode, status, says] of [
      ["{", 400, /Send JSON like/],
      ['{"planner":"beta-mini"}', 400, /Send JSON like/],
      [plan, 403, /may not use the model alpha-large/],
      ['{"planner":"alpha-large","answerer":"beta-mini"}', 403, /may not use the model alpha-large/],
      [
        '{"planner":"beta-minix","answerer":"beta-mini"}',
        404,
        /no model `beta-minix` to plan with\. Did you mean/,
      ],
    ] as const) {
      const [got, text] = await send(mode);
      assert.equal(got, status, text);
      assert.match(text, says);
    }
    assert.equal(await count(), before);
  });

  test("goes with `skeleton ask --plan`, where a plan is looked at like a call", async () => {
    const login = { method: "POST", json: { username: "ada", password: passwordOf("ada") } };
    const { access_token: token } = (await (await server.as(null)("/login", login)).json()) as {
      readonly access_token: string;
    };
    const ask = (...flags: string[]) =>
      runSkeleton(["ask", "--url", server.url, "--token", token, ...flags, "Get over"], {});
    server.upstream.script(answer(list), carried);
    const asked = await ask("--plan", "beta-mini:alpha-large", "--review", "--yes");
    assert.deepEqual([asked.code, asked.stdout], [0, "Looked.\nLeapt.\n"]);
    assert.match(asked.stderr, /^Plan, by beta-mini:\n1\. Look\n2\. Leap\n3\. Land\n\n/);

    server.upstream.script(answer(list));
    const refused = await ask("--plan", "beta-mini:alpha-large", "--review");
    assert.deepEqual([refused.code, refused.stdout], [1, ""]);
    assert.match(refused.stderr, /Carry out this plan\? No: there is no terminal/);
    assert.match(refused.stderr, /The plan was not carried out\.\n$/);
  });
});
