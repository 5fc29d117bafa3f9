import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { parse } from "yaml";
import { readHook } from "../../src/http/hooks/read-hook.ts";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { testConfig } from "../../src/testkit/test-host.ts";
import { signedHeaders } from "../../src/webhooks/signature.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const secret = "a secret that GitHub was told";
const whsec = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const token = "a token of a test";

let server: TestServer;
let receiver: Receiver;
before(async () => {
  receiver = await startReceiver();
  server = await startTestServer({
    outbound: { allow: [receiver.host] },
    hooks: {
      issues: {
        ...{ user: "ada", secret, model: "alpha-large", only: { action: "opened" } },
        prompt: "New issue #{{ issue.number }}: {{ issue.title }}\n{{ issue.body? }}",
        thread: "issue-{{ issue.number }}",
        title: "{{ issue.title }}",
        instructions: "Triage it.",
        callback_url: `${receiver.url}/done/{{ issue.number }}`,
      },
      signed: { user: "ada", secret: whsec, prompt: "{{ . }}", model: "alpha-large" },
      open: { user: "bob", token, prompt: "{{ text }}", model: "alpha-large" },
      both: { user: "bob", token, secret, prompt: "{{ text }}", model: "alpha-large" },
    },
  });
});
after(async () => {
  await server.close();
  receiver.close();
});

const post = (name: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/hooks/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });

const github = (body: string, with_ = secret) => ({
  "x-hub-signature-256": `sha256=${createHmac("sha256", with_).update(body).digest("hex")}`,
});

const issue = (number: number, more: object = {}) =>
  JSON.stringify({ action: "opened", issue: { number, title: "It breaks", body: null, ...more } });

const told = async (response: Response) => ({ status: response.status, text: await response.text() });

describe("a message that is signed", () => {
  test("becomes a job as the configuration says, and its end is told", async () => {
    server.upstream.script(answer("A bug."));
    const body = issue(7);
    const response = await post("issues", body, github(body));
    assert.equal(response.status, 202);
    const taken = (await response.json()) as { job_id: number; thread_id: string; state: string };
    assert.deepEqual([taken.thread_id, taken.state], ["issue-7", "queued"]);
    const { json } = await receiver.wait(({ path }) => path === "/done/7");
    const { job } = json.data as { job: { id: number; result: string; meta: object; prompt: string } };
    assert.deepEqual([job.id, job.result, job.meta], [taken.job_id, "A bug.", { hook: "issues" }]);
    assert.deepEqual(server.upstream.requests.at(-1)?.body.messages, [
      { role: "system", content: "Triage it." },
      { role: "user", content: "New issue #7: It breaks\n" },
    ]);
    assert.equal(
      (await server.as("ada").get<{ title: string }>("/api/v1/threads/issue-7")).title,
      "It breaks",
    );
    assert.equal((await server.as("bob")(`/api/v1/jobs/${taken.job_id}`)).status, 404);
  });

  test("and is sent again is the same job", async () => {
    server.upstream.script(answer("Once."));
    const body = issue(8);
    const headers = { ...github(body), "x-github-delivery": "d-1" };
    const [first, second] = [await post("issues", body, headers), await post("issues", body, headers)];
    assert.deepEqual(
      ((await first.json()) as { job_id: number }).job_id,
      ((await second.json()) as { job_id: number }).job_id,
    );
    await receiver.wait(({ path }) => path === "/done/8");
  });

  test("as Standard Webhooks has it, and lately, is one, too", async () => {
    server.upstream.script(answer("Heard."));
    const body = JSON.stringify({ a: 1 });
    const signed = (time: Date) => signedHeaders({ id: "msg_1", body, secret: whsec }, time);
    assert.equal((await post("signed", body, signed(new Date(Date.now() - 301_000)))).status, 401);
    assert.equal((await post("signed", `${body} `, signed(new Date()))).status, 401);
    assert.equal((await post("signed", body, signed(new Date()))).status, 202);
    await server.upstream.received(server.upstream.requests.length);
  });

  test("and is none of the hook's business is left alone", async () => {
    const body = JSON.stringify({ action: "closed", issue: { number: 9 } });
    const { status, text } = await told(await post("issues", body, github(body)));
    assert.deepEqual([status, JSON.parse(text)], [200, { ignored: true }]);
    const ping = JSON.stringify({ zen: "Keep it simple." });
    assert.equal((await post("issues", ping, github(ping))).status, 200);
  });
});

describe("is refused", () => {
  test("what is not signed, or not with the secret, or brings another token", async () => {
    const body = issue(1);
    const cases: readonly (readonly [string, string, Record<string, string>])[] = [
      ["issues", body, {}],
      ["issues", body, github(body, "another secret")],
      ["issues", `${body} `, github(body)],
      ["issues", body, { "x-hub-signature-256": "sha256=" }],
      ["open", body, {}],
      ["open", body, { "x-api-token": `${token}x` }],
      ["open", body, github(body)],
      ["both", body, github(body)],
      ["both", body, { "x-api-token": token }],
    ];
    for (const [name, text, headers] of cases) {
      const { status, text: said } = await told(await post(name, text, headers));
      assert.equal(status, 401, `${name} ${JSON.stringify(headers)}`);
      assert.doesNotMatch(said, /secret that|token of/);
    }
  });

  test("what lacks a value, in words that name it", async () => {
    const body = JSON.stringify({ action: "opened", issue: { number: 3 } });
    const { status, text } = await told(await post("issues", body, github(body)));
    assert.equal(status, 400);
    assert.match(text, /issue\.title/);
  });

  test("what is no JSON, too deep or too much, and what nobody configured", async () => {
    const headers = { authorization: `Bearer ${token}` };
    assert.equal((await post("open", "{", headers)).status, 400);
    assert.equal((await post("open", "", headers)).status, 400);
    assert.equal((await post("open", "[".repeat(5000) + "]".repeat(5000), headers)).status, 400);
    assert.equal((await post("open", JSON.stringify({ text: "x".repeat(3_000_000) }), headers)).status, 413);
    assert.equal(
      (await post("open", "a=b", { ...headers, "content-type": "application/x-www-form-urlencoded" })).status,
      415,
    );
    assert.equal((await post("open", JSON.stringify({ text: " " }), headers)).status, 400);
    for (const name of ["nothing", "constructor", "__proto__"])
      assert.equal((await post(name, "{}")).status, 404);
    assert.equal((await fetch(`${server.url}/hooks/open`)).status, 405);
  });
});

test("a hook without a secret, or with something that is no path, stops the start", async () => {
  const starts = (hook: object) =>
    startTestServer({ hooks: { mine: { user: "ada", prompt: "Hi", ...hook } } });
  await assert.rejects(starts({}), { code: "config_invalid", message: /hooks\.mine has neither/ });
  await assert.rejects(starts({ token, prompt: "{{ a b }}" }), {
    code: "config_invalid",
    message: /hooks\.mine\.prompt/,
  });
  await assert.rejects(starts({ token, only: { "a b": "c" } }), { code: "config_invalid", message: /only/ });
});

test("the example of the documentation is one that can be used", () => {
  const page = readFileSync(new URL("../../docs/hooks.md", import.meta.url), "utf8");
  const [, yaml = ""] = /```yaml\n(.*?)```/s.exec(page) ?? [];
  const { hooks } = testConfig(parse(yaml) as object);
  const [[name, hook] = assert.fail("there is none")] = Object.entries(hooks);
  const job = readHook(name, hook).jobOf({ action: "opened", issue: { number: 7, title: "It breaks" } });
  assert.equal(job?.prompt, "New issue #7: It breaks\n\n\n");
  assert.equal(job?.threadId, "issue-7");
});
