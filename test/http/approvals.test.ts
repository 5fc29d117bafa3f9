import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { TurnEvent } from "../../src/protocols/turn-event.ts";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { runSkeleton } from "../cli/skeleton-process.ts";
import { allWaiting, giveWord, type Waiting, waitingFor } from "../support/approvals.ts";
import { calling, guardedTools } from "../support/guarded-tools.ts";
import { passwordOf, startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer({ plugins_path: guardedTools({ after }) });
});
after(() => server.close());

const list = (user: "ada" | "bob" = "ada") => allWaiting(server.as(user));
/** The one call that waits. */
const waiting = async () => (await waitingFor(server.as("ada")))[0];
const allow = (call: Waiting, approve: unknown, user: "ada" | "bob" = "ada", args?: string) =>
  giveWord(server.as(user), call, { approve, ...(args !== undefined && { arguments: args }) });

const results = (events: readonly TurnEvent[]) =>
  events.flatMap(({ event, data }) => (event === "tool_result" ? [data.content] : []));

test("a call waits in the list of its user, and runs when they allow it", async () => {
  server.upstream.script(calling("call_1", "send", { to: "bob" }), answer("Sent."));
  const turn = server.as("ada").say({ content: "Send it" });
  const call = await waiting();
  assert.deepEqual(
    { name: call.name, arguments: call.arguments, once: call.once, why: call.why },
    { name: "send", arguments: '{"to":"bob"}', once: undefined, why: undefined },
  );
  assert.deepEqual(await list("bob"), []);
  assert.equal((await allow(call, true, "bob")).status, 404);
  assert.equal((await allow({ ...call, call_id: "another" }, true)).status, 404);
  assert.equal((await allow(call, "yes")).status, 422);
  assert.equal((await list()).length, 1, "it still waits");

  const yes = await allow(call, true);
  assert.equal(yes.status, 200);
  assert.deepEqual(await yes.json(), { turn_id: call.turn_id, call_id: "call_1", approved: true });
  assert.equal((await allow(call, true)).status, 200);
  assert.equal((await allow(call, false)).status, 409);
  assert.deepEqual(results(await turn), ['send did {"to":"bob"}']);
  assert.deepEqual(await list(), []);
});

test("a call that is not allowed does not run, and the model hears so", async () => {
  server.upstream.script(calling("call_1", "send", {}), answer("Then not."));
  const turn = server.as("ada").say({ content: "Send it" });
  await allow(await waiting(), false);
  const refusal = "The user did not allow this call.";
  assert.deepEqual(results(await turn), [refusal]);
  const body = server.upstream.requests.at(-1)?.body as { messages: { content: string }[] } | undefined;
  assert.equal(body?.messages.at(-1)?.content, refusal);
});

test("a call runs with the arguments that its user made of them, and the model hears so", async () => {
  server.upstream.script(calling("call_1", "send", { to: "bob" }), answer("Sent."));
  const turn = server.as("ada").say({ content: "Send it" });
  const call = await waiting();
  assert.equal((await allow(call, true, "ada", "{to: eve}")).status, 400);
  assert.equal((await allow(call, true, "ada", '{"to":"eve"}')).status, 200);
  assert.deepEqual(results(await turn), [
    'The user changed the arguments to {"to":"eve"}\n\nsend did {"to":"eve"}',
  ]);
});

test("a running tool asks for a form, and goes on with nothing that does not fit it", async () => {
  server.upstream.script(calling("call_1", "book", {}), answer("Booked."));
  const turn = server.as("ada").say({ content: "Book it" });
  const question = await waiting();
  assert.deepEqual(
    { of: question.of_call, why: question.why, from: question.from, name: question.name },
    { of: "call_1", why: "A table for today?", from: "inn", name: "book" },
  );
  const wrong = await allow(question, true, "ada", '{"seats":9}');
  assert.equal(wrong.status, 400);
  assert.match(JSON.stringify(await wrong.json()), /seats must be at most 8/);
  assert.equal((await allow(question, true, "ada", '{"seats":2}')).status, 200);
  assert.deepEqual(results(await turn), ['{"approved":true,"arguments":{"seats":2}}']);
});

test("stopping the turn takes its question back", async () => {
  server.upstream.script(calling("call_1", "send", {}));
  const turn = server.as("ada").say({ content: "Send it" });
  const call = await waiting();
  await server.as("ada")(`/api/v1/turns/${call.turn_id}/stop`, { method: "POST" });
  assert.equal((await turn).at(-1)?.event, "stream_end");
  assert.deepEqual(await list(), []);
  assert.equal((await allow(call, true)).status, 404);
});

test("`skeleton ask` without a terminal refuses, and allows with --yes", async () => {
  const { access_token: token } = (await (
    await server.as(null)("/login", {
      method: "POST",
      json: { username: "ada", password: passwordOf("ada") },
    })
  ).json()) as { access_token: string };
  const ask = (...flags: string[]) =>
    runSkeleton(
      ["ask", "--url", server.url, "--token", token, "-m", "alpha-large", "-v", ...flags, "Send it"],
      {},
    );

  server.upstream.script(calling("call_1", "send", { to: "bob" }), answer("Then not."));
  const refused = await ask();
  assert.equal(refused.stdout, "Then not.\n");
  assert.match(refused.stderr, /Allow send\(\{"to":"bob"\}\)\? No: there is no terminal.*--yes/);
  assert.match(refused.stderr, /❌ send: The user did not allow this call/);

  server.upstream.script(calling("call_1", "send", { to: "bob" }), answer("Sent."));
  const allowed = await ask("--yes");
  assert.deepEqual([allowed.code, allowed.stdout], [0, "Sent.\n"]);
  assert.match(allowed.stderr, /✅ send: send did/);
});
