import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { answer, refusal } from "../../src/testkit/scripted-reply.ts";
import { until } from "../../src/testkit/until.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const secret = "slack-secret-of-a-test";

/** Slack, as far as it is told of answers. */
type Slack = { readonly url: string; readonly posts: { readonly text: string }[]; fail: number };
let slack: Slack;
let slackServer: Server;
let server: TestServer;
let off: TestServer;

before(async () => {
  const posts: { text: string }[] = [];
  slackServer = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => {
      body += piece;
    });
    request.on("end", () => {
      response.statusCode = slack.fail-- > 0 ? 503 : 200;
      if (response.statusCode === 200) posts.push(JSON.parse(body) as { text: string });
      response.end("ok");
    });
  });
  slackServer.listen(0, "127.0.0.1");
  await once(slackServer, "listening");
  const host = `127.0.0.1:${(slackServer.address() as AddressInfo).port}`;
  slack = { url: `http://${host}/commands/1`, posts, fail: 0 };
  server = await startTestServer({
    slack: { signing_secret: secret, users: { U1: "ada", U2: "beta", U3: "gone" }, response_hosts: [host] },
    outbound: { allow: ["127.0.0.1"] },
  });
  off = await startTestServer();
});
after(async () => {
  await Promise.all([server.close(), off.close()]);
  slackServer.close();
});

type Sent = { readonly timestamp?: string; readonly signature?: string; readonly type?: string };

let sent = 0;

/** A command as Slack sends it: `+` for blanks, signed over what goes over the wire. */
async function give(command: string, text: string, more: Record<string, string> = {}, how: Sent = {}) {
  const fields = { command, text, user_id: "U1", team_id: "T1", channel_id: "C1", channel_name: "general" };
  const body = new URLSearchParams({ ...fields, trigger_id: String(++sent), ...more }).toString();
  return post(body, how);
}

async function post(
  body: string,
  { timestamp, signature, type = "application/x-www-form-urlencoded" }: Sent = {},
) {
  const time = timestamp ?? String(Math.floor(Date.now() / 1000));
  const right = `v0=${createHmac("sha256", secret).update(`v0:${time}:${body}`).digest("hex")}`;
  return fetch(`${server.url}/slack/command`, {
    method: "POST",
    headers: {
      "content-type": type,
      ...(timestamp !== "" && { "x-slack-request-timestamp": time }),
      ...(signature !== "" && { "x-slack-signature": signature ?? right }),
    },
    body,
  });
}

const told = async (response: Promise<Response>) =>
  ((await (await response).json()) as { text: string }).text;

const posted = async (count: number) => {
  await until(`${count} are posted`, () => slack.posts.length >= count);
  return slack.posts.at(-1)?.text ?? "";
};

const role = (name: string) =>
  server.as("ada")("/api/v1/roles", { method: "POST", json: { name, instructions: `Be ${name}.` } });

describe("who calls", () => {
  test("is Slack when the body was signed as it came, lately, and for the first time", async () => {
    const body = "command=%2Frole&text=no+such+role&user_id=U1&team_id=T1&channel_id=C0";
    const timestamp = String(Math.floor(Date.now() / 1000) - 200);
    assert.equal((await post(body, { timestamp })).status, 200);
    const repeated = await post(body, { timestamp });
    assert.deepEqual([repeated.status, await repeated.text()], [401, "Repeated request"]);
    const cases: readonly [Sent, string][] = [
      [{ signature: "" }, "Missing signature"],
      [{ timestamp: String(Math.floor(Date.now() / 1000) - 301) }, "Stale request"],
      [{ signature: `v0=${"0".repeat(64)}` }, "Invalid signature"],
    ];
    for (const [how, why] of cases) {
      const refused = await give("/roles", "", {}, how);
      assert.deepEqual([refused.status, await refused.text()], [401, why]);
      assert.match(refused.headers.get("content-type") ?? "", /^text\/plain/);
    }
  });

  test("is nobody where no secret is configured", async () => {
    assert.equal(
      (await off.as(null)("/slack/command", { method: "POST", form: { command: "/roles" } })).status,
      404,
    );
  });

  test("must be a user here", async () => {
    assert.match(await told(give("/roles", "", { user_id: "U9" })), /not known here.*U9/);
    assert.match(await told(give("/roles", "", { user_id: "constructor" })), /not known here/);
  });

  test("is nobody any more once their account is gone", async () => {
    for (const [command, text] of [
      ["/roles", ""],
      ["/search", "anything"],
      ["/ask", "/export"],
      ["/ask", "Is it so?"],
    ] as const)
      assert.match(await told(give(command, text, { user_id: "U3" })), /account here no longer exists/);
  });

  test("may send what is no command at all", async () => {
    assert.equal(
      await told(post("{]", { type: "application/json" })).then((text) => /not known/.test(text)),
      true,
    );
  });
});

test("roles are listed and chosen; what is no command is told so", async () => {
  assert.equal(await told(give("/roles", "")), "No roles defined.");
  await role("Reviewer");
  await role("R&D");
  assert.equal(await told(give("/roles", "")), "Roles:\n• R&amp;D\n• Reviewer");
  assert.equal(await told(give("/role", "")), "Usage: /role <name>");
  assert.match(await told(give("/role", "reviewer")), /Reviewer/);
  assert.match(await told(give("/role", "nobody")), /nobody/);
  assert.equal(await told(give("/dance", "")), "Unknown command");
  const json = JSON.stringify({ command: "/roles", text: "", user_id: "U1", nonce: "1" });
  assert.match(await told(post(json, { type: "application/json" })), /^Roles:/);
});

test("a question is answered at once, and its answer posted when it is there", async () => {
  server.upstream.script(answer("**Yes**, because 1 < 2."), answer("Again."));
  assert.equal(await told(give("/ask", "Is it so?", { response_url: slack.url })), "Thinking…");
  assert.equal(await posted(1), "> Is it so?\n*Yes*, because 1 &lt; 2.");
  const [first] = (server.upstream.requests.at(-1)?.body.messages ?? []) as {
    role: string;
    content: string;
  }[];
  assert.deepEqual(
    first,
    { role: "system", content: "Be Reviewer." },
    "the role that was chosen in this channel",
  );
  slack.fail = 1;
  await give("/ask", "And now?", { response_url: slack.url });
  assert.match(await posted(2), /Again\.$/);
  const messages = (server.upstream.requests.at(-1)?.body.messages ?? []) as unknown[];
  assert.equal(messages.length, 4, "it is one conversation");
  const [thread] = await server.as("ada").get<{ title: string }[]>("/api/v1/threads");
  assert.equal(thread?.title, "Slack #general");
});

test("another channel, and a cleared one, is another conversation", async () => {
  server.upstream.script(answer("One."), answer("Two."));
  const before = slack.posts.length;
  await give("/ask", "Here?", { channel_id: "C2", response_url: slack.url });
  await posted(before + 1);
  assert.match(await told(give("/ask", "/clear", { channel_id: "C2" })), /new/i);
  await give("/ask", "There?", { channel_id: "C2", response_url: slack.url });
  await posted(before + 2);
  const messages = (server.upstream.requests.at(-1)?.body.messages ?? []) as {
    role: string;
    content: string;
  }[];
  assert.deepEqual(messages.at(-1), { role: "user", content: "There?" });
  assert.ok(!messages.some(({ content }) => content === "Here?"));
});

test("an answer that fails says so, and one that cannot be posted stays in the browser", async () => {
  server.upstream.script(refusal(500, "Down"), answer("Kept."));
  const before = slack.posts.length;
  await give("/ask", "Anybody?", { response_url: slack.url });
  assert.match(await posted(before + 1), /:warning: .*Down/);
  assert.match(
    await told(give("/ask", "Where?", { response_url: "https://evil.example/x" })),
    /did not say where to post/,
  );
});

test("models are those that this user may use", async () => {
  const models = await told(give("/models", "", { user_id: "U2" }));
  assert.match(models, /beta-mini/);
  assert.doesNotMatch(models, /alpha-large/);
  assert.match(await told(give("/model", "beta", { user_id: "U2" })), /beta-mini/);
});
