import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { eventsIn, startTestServer, type TestServer, textOf, threadOf } from "../support/test-server.ts";

const folder = mkdtempSync(join(tmpdir(), "skeleton-commands-"));
let server: TestServer;
type User = "ada" | "bob" | "beta" | "none";
type Given = { text: string; thread_id?: string; choice?: object };

const post = (user: User | null, json: unknown, path = "", on = server) =>
  on.as(user)(`/api/v1/commands${path}`, { method: "POST", json });

/** What comes of a command. */
async function run(user: User, given: Given, on = server) {
  const response = await post(user, given, "", on);
  assert.equal(response.status, 200, await response.clone().text());
  return (await response.json()) as {
    text: string;
    failed?: boolean;
    effect?: { kind: string; [field: string]: unknown };
  };
}

const complete = async (user: User, given: Given) =>
  (await (await post(user, given, "/complete")).json()) as { text: string; note?: string; whole: boolean }[];

/** Says something and hears the answer. @returns the thread's id. */
async function begin(content: string, more: Record<string, string> = {}, reply = "Yes."): Promise<string> {
  server.upstream.script(answer(reply));
  return threadOf(await server.as("ada").say({ content, ...more }));
}

const thread = (user: User, id: string) =>
  server
    .as(user)
    .get<{ model: string; title: string; archived: boolean; plan_mode: object | null }>(
      `/api/v1/threads/${id}`,
    );

before(async () => {
  mkdirSync(join(folder, "commands"));
  writeFileSync(
    join(folder, "commands", "dice.ts"),
    `export default { name: "dice", help: "Roll", usage: "[sides]",
      run: (argument, { choice }) => ({ text: "**" + (argument || "6") + "**", effect: { kind: "other", data: { model: choice?.model ?? null } } }) };`,
  );
  server = await startTestServer({ plugins_path: folder });
});
after(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe("the list of commands", () => {
  test("begins with those everybody knows, in their order, and ends with those of plugins", async () => {
    const rows = await server.as("ada").get<{ name: string; usage?: string }[]>("/api/v1/commands");
    const names = rows.map(({ name }) => name);
    assert.deepEqual(names.slice(0, 9), [
      ...["clear", "models", "model", "model:plan-mode", "model:plan-mode-off"],
      ...["roles", "role", "clear_role", "help"],
    ]);
    assert.equal(names.at(-1), "dice");
    assert.equal(rows.at(2)?.usage, "<model>");
  });

  test("is for those who are signed in, as is everything with commands", async () => {
    assert.equal((await server.as(null)("/api/v1/commands")).status, 401);
    assert.equal((await post(null, { text: "/models" })).status, 401);
    assert.equal((await post(null, { text: "/" }, "/complete")).status, 401);
  });
});

describe("a command", () => {
  test("lists the models a user may use, with the chosen one", async () => {
    const { text } = await run("ada", { text: "/models", choice: { model: "beta-mini" } });
    assert.equal(
      text,
      "Available models:\n\n1. alpha-large (scripted)\n2. beta-mini (scripted) (current)\n3. demo (demo)",
    );
    assert.match(
      (await run("beta", { text: "/models" })).text,
      /^Available models:\n\n1\. beta-mini \(scripted\) \(current\)$/,
    );
    assert.equal((await run("none", { text: "/models" })).text, "No models available.");
  });

  test("in a chat that has not begun says what is chosen now, and in a thread has it kept", async () => {
    const fresh = await run("ada", { text: "/model BETA" });
    assert.deepEqual(fresh, {
      text: "Model set to: beta-mini (scripted)",
      effect: { kind: "choose", choice: { model: "beta-mini" } },
    });
    const id = await begin("Hello", { model: "alpha-large" });
    await run("ada", { text: "/model beta", thread_id: id });
    assert.equal((await thread("ada", id)).model, "beta-mini");
    await begin("And now?", { thread_id: id });
    assert.equal(server.upstream.requests.at(-1)?.body.model, "beta-mini");
  });

  test("chooses only what the user may use", async () => {
    const { failed, text } = await run("beta", { text: "/model alpha-large" });
    assert.equal(failed, true);
    assert.match(text, /^There is no model "alpha-large"\./);
  });

  test("turns plan mode on for two models that are there, and off again", async () => {
    const id = await begin("Plan something");
    const wrong = await run("ada", { text: "/model:plan-mode alpha-large nonesuch", thread_id: id });
    assert.equal(wrong.failed, true);
    assert.equal((await thread("ada", id)).plan_mode, null);
    await run("ada", { text: "/model:plan-mode alpha-large beta-mini review", thread_id: id });
    assert.deepEqual((await thread("ada", id)).plan_mode, {
      ...{ planner: "alpha-large", answerer: "beta-mini", review: true },
    });
    const off = await run("ada", { text: "/model:plan-mode-off", thread_id: id });
    assert.deepEqual(off.effect, { kind: "choose", choice: { plan_mode: null } });
    assert.equal((await thread("ada", id)).plan_mode, null);
  });

  test("chooses a role of the user's own, whose instructions then hold", async () => {
    const json = { name: "Ship's cook", instructions: "You are a cook." };
    await server.as("ada")("/api/v1/roles", { method: "POST", json });
    const id = await begin("Hello");
    const { text } = await run("ada", { text: "/role ship", thread_id: id });
    assert.equal(text, "Role set to: Ship's cook");
    assert.match((await run("ada", { text: "/roles", thread_id: id })).text, /1\. Ship's cook \(active\)$/);
    await begin("What is for dinner?", { thread_id: id });
    const { messages } = server.upstream.requests.at(-1)?.body ?? {};
    assert.deepEqual((messages as unknown[])[0], { role: "system", content: "You are a cook." });
    assert.equal((await run("bob", { text: "/roles" })).text, "No roles available.");
    assert.equal((await run("bob", { text: "/role ship" })).failed, true);
    await run("ada", { text: "/clear_role", thread_id: id });
    assert.match((await run("ada", { text: "/roles", thread_id: id })).text, /1\. Ship's cook$/);
  });

  test("begins another answer, to be watched, and gives a thread as a file", async () => {
    const id = await begin("Once more");
    server.upstream.script(answer("Second."));
    const { effect } = await run("ada", { text: "/retry beta", thread_id: id });
    const events = await (await server.as("ada")(`/api/v1/turns/${effect?.turn_id}/events`)).text();
    assert.equal(textOf(eventsIn(events)), "Second.");
    assert.equal(server.upstream.requests.at(-1)?.body.model, "beta-mini");
    const { effect: file } = await run("ada", { text: "/export", thread_id: id });
    const exported = await server.as("ada")(`/api/v1/threads/${id}/export`);
    assert.deepEqual(file, {
      ...{ kind: "file", name: `thread-${id}.md`, media_type: "text/markdown" },
      content: await exported.text(),
    });
    const { effect: json } = await run("ada", { text: "/export json", thread_id: id });
    assert.equal((JSON.parse(String(json?.content)) as { id: string }).id, id);
  });

  test("finds threads, gives one a title and puts it away", async () => {
    const id = await begin("A zygote, please");
    const { text, effect } = await run("ada", { text: "/search zygote" });
    assert.deepEqual(effect, { kind: "search", query: "zygote" });
    assert.match(text, new RegExp(`^Found in these threads:\n\n1\\. A zygote, please \\(\`${id}\`\\)`));
    assert.doesNotMatch((await run("bob", { text: "/search zygote" })).text, /please/);
    await run("ada", { text: "/title Cells", thread_id: id });
    assert.equal((await thread("ada", id)).title, "Cells");
    await run("ada", { text: "/archive", thread_id: id });
    assert.equal((await thread("ada", id)).archived, true);
  });

  test("of a plugin knows what is chosen, and may answer a client of its own", async () => {
    assert.deepEqual(await run("ada", { text: "/dice 20", choice: { model: "m" } }), {
      text: "**20**",
      effect: { kind: "other", data: { model: "m" } },
    });
  });

  test("does nothing in somebody else's thread, and names it like a missing one", async () => {
    const id = await begin("Mine");
    for (const text of ["/title Yours", "/retry", "/export", "/archive", "/models", "/model beta", "/dice"]) {
      const response = await post("bob", { text, thread_id: id });
      assert.equal(response.status, 404, text);
      assert.deepEqual(await response.json(), { detail: "Thread not found" });
    }
    assert.equal((await post("bob", { text: "/retry ", thread_id: id }, "/complete")).status, 404);
    assert.equal((await thread("ada", id)).title, "Mine");
  });
});

test("what is no command is 404 with what to do, and a body of another shape is refused", async () => {
  for (const text of ["/nothing", "Hello", "", "/models\nplease", "/etc/hosts"]) {
    const response = await post("ada", { text });
    assert.equal(response.status, 404, text);
    assert.match(
      ((await response.json()) as { detail: string }).detail,
      /^This is no command\. Send it to POST/,
    );
  }
  for (const body of [
    {},
    { text: 5 },
    { text: "/models", user_id: "bob" },
    { text: "/models", choice: { role: "admin" } },
    { text: "/models", choice: { plan_mode: { planner: "a" } } },
    { text: "x".repeat(100_001) },
  ])
    assert.equal((await post("ada", body)).status, 422, JSON.stringify(body).slice(0, 80));
  for (const text of [`/model ${"a ".repeat(40_000)}`, `/model:plan-mode ${"[".repeat(90_000)}`]) {
    assert.equal((await run("ada", { text })).failed, true);
    assert.deepEqual(await complete("ada", { text }), []);
  }
});

test("suggestions are the user's own, for the place that is being written", async () => {
  const texts = async (user: User, text: string) => (await complete(user, { text })).map((each) => each.text);
  assert.deepEqual(await texts("ada", "/role"), ["/role ", "/roles"]);
  assert.deepEqual(await texts("ada", "/model mini"), ["/model beta-mini"]);
  assert.deepEqual(await texts("beta", "/model "), ["/model beta-mini"]);
  assert.deepEqual(await texts("ada", "/model:plan-mode al"), ["/model:plan-mode alpha-large "]);
  const [second, third] = await complete("ada", { text: "/model:plan-mode alpha-large " });
  assert.deepEqual(second, {
    ...{ value: "beta-mini", note: "scripted", text: "/model:plan-mode alpha-large beta-mini", whole: true },
  });
  assert.equal(third?.text, "/model:plan-mode alpha-large demo");
  assert.deepEqual(await texts("ada", "/export j"), ["/export json"]);
  assert.deepEqual(await texts("ada", "no command"), []);
});

test("a command that begins a turn counts as the message that it is", async (t) => {
  const strict = await startTestServer({
    rate_limits: { enabled: true, message: { points: 2, seconds: 60 }, login: { points: 100, seconds: 1 } },
  });
  t.after(() => strict.close());
  const id = threadOf(await strict.as("ada").say({ content: "One" }));
  const { effect } = await run("ada", { text: "/retry", thread_id: id }, strict);
  await (await strict.as("ada")(`/api/v1/turns/${effect?.turn_id}/events`)).text();
  const refused = await run("ada", { text: "/retry", thread_id: id }, strict);
  assert.deepEqual(refused, { text: "Too many messages. Please wait 60 seconds.", failed: true });
});
