import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startTestServer, type TestServer, threadOf } from "../support/test-server.ts";

type Role = { readonly id: string; readonly key: string; readonly name: string; readonly shared: boolean };

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

type Who = "ada" | "bob" | "beta";
const list = (who: Who) => server.as(who).get<readonly Role[]>("/api/v1/roles");
const call = (who: Who, path: string, json: unknown, method = "POST") =>
  server.as(who)(`/api/v1/roles${path}`, { method, ...(json === undefined ? {} : { json }) });

/** The system message of the last request to the model. */
function firstSystem(): string | undefined {
  const body = server.upstream.requests.at(-1)?.body;
  const [first] = (body?.messages ?? []) as readonly { role: string; content: string }[];
  return first?.role === "system" ? first.content : undefined;
}

test("a role is kept, chosen like a system prompt, changed and deleted", async () => {
  const made = await call("bob", "", { name: " R&D ", instructions: "Be strict." });
  assert.equal(made.status, 201);
  const role = (await made.json()) as Role;
  assert.deepEqual([role.name, role.shared, role.key], ["R&D", false, `role:${role.id}`]);
  const keys = Object.keys(await server.as("bob").get<object>("/api/v1/system_prompts"));
  assert.equal(keys.includes(role.key), false);

  const events = await server.as("bob").say({ content: "Hi", system_prompt: role.key });
  assert.equal(firstSystem(), "Be strict.");
  const path = `/api/v1/threads/${threadOf(events)}`;
  const thread = await server.as("bob").get<{ system_prompt: string }>(path);
  assert.equal(thread.system_prompt, role.key);
  const messages = JSON.stringify(await server.as("bob").get(`${path}/messages`));
  assert.equal(messages.includes("strict"), false, "instructions are no part of the history");

  assert.equal((await call("bob", `/${role.id}`, { instructions: "Be kind." })).status, 200);
  await server.as("bob").say({ content: "Again", thread_id: threadOf(events) });
  assert.equal(firstSystem(), "Be kind.");
  assert.equal((await call("bob", `/${role.id}`, undefined, "DELETE")).status, 200);
  assert.equal((await call("bob", `/${role.id}`, undefined, "DELETE")).status, 404);
  await server.as("bob").say({ content: "Once more", thread_id: threadOf(events) });
  assert.equal(firstSystem(), undefined);
});

test("a thread goes on with the role that it was given last", async () => {
  const role = (await (await call("bob", "", { name: "Later", instructions: "Be late." })).json()) as Role;
  const thread = threadOf(await server.as("bob").say({ content: "Hi" }));
  const changed = await server.as("bob")(`/api/v1/threads/${thread}`, {
    method: "POST",
    json: { system_prompt: role.key },
  });
  assert.equal(changed.status, 200);
  await server.as("bob").say({ content: "Again", thread_id: thread });
  assert.equal(firstSystem(), "Be late.");
});

test("a name is taken once, and what cannot be a role is refused", async () => {
  await call("bob", "", { name: "Reviewer", instructions: "x" });
  assert.equal((await call("bob", "", { name: "reviewer", instructions: "x" })).status, 409);
  for (const json of [
    { name: " ", instructions: "x" },
    { name: "n", instructions: "x".repeat(5001) },
  ])
    assert.equal((await call("bob", "", json)).status, 400);
  assert.equal((await call("bob", "", { name: "n" })).status, 422);
  assert.equal((await call("bob", "/unknown", { name: "n" })).status, 404);
});

test("only an admin shares, changes and deletes what everybody may choose", async () => {
  const shared = { name: "Common", instructions: "For all.", shared: true };
  assert.equal((await call("bob", "", shared)).status, 403);
  const role = (await (await call("ada", "", shared)).json()) as Role;
  assert.ok((await list("bob")).some(({ id }) => id === role.id));
  assert.equal((await call("bob", `/${role.id}`, { name: "Mine" })).status, 404);
  assert.equal((await call("bob", `/${role.id}`, undefined, "DELETE")).status, 404);
  const own = (await (await call("bob", "", { name: "Own", instructions: "x" })).json()) as Role;
  assert.equal((await call("bob", `/${own.id}`, { shared: true })).status, 403);
  assert.equal(
    (await list("ada")).some(({ id }) => id === own.id),
    false,
  );
});

test("whoever watches the account hears of a change", async () => {
  const { cursor } = await server.as("bob").get<{ cursor: number }>("/api/v1/me");
  const made = (await (await call("bob", "", { name: "Heard", instructions: "x" })).json()) as Role;
  const answer = await server.as("bob")(`/api/v1/events?after=${cursor}`, {
    headers: { accept: "application/json" },
  });
  const { events } = (await answer.json()) as { events: { event: string; data: object }[] };
  assert.deepEqual(
    events.map(({ event, data }) => [event, "role_id" in data && data.role_id]),
    [["roles_changed", made.id]],
  );
});

test("a role is made once under an id of its maker's, and made again once it was deleted", async () => {
  const json = { id: "0123456789abcdef", name: "Chosen id", instructions: "x" };
  const made = (await (await call("bob", "", json)).json()) as Role;
  assert.equal(made.id, json.id);
  assert.deepEqual(await (await call("bob", "", json)).json(), made);
  assert.equal((await call("bob", `/${json.id}`, undefined, "DELETE")).status, 200);
  assert.equal(((await (await call("bob", "", json)).json()) as Role).key, made.key);
  for (const id of ["", "import", "name:12345678", "a b c d e f"])
    assert.equal((await call("bob", "", { ...json, id })).status, 422, id);
});

describe("roles as files", () => {
  const rows = async (content: string, dry_run?: boolean) => {
    const answer = await call("beta", "/import", { content, ...(dry_run && { dry_run }) });
    assert.equal(answer.status, 200);
    return ((await answer.json()) as { name: string; change: string; why?: string }[]).map(
      ({ name, change, why }) => [name, change, ...(why ? [why] : [])],
    );
  };
  const named = async () => (await list("beta")).filter(({ shared }) => !shared).map(({ name }) => name);

  test("what would happen is said first, and then done", async () => {
    await call("beta", "", { name: "Kept", instructions: "As it is." });
    await call("beta", "", { name: "Other", instructions: "Old." });
    await call("beta", "", { name: "Not named", instructions: "x" });
    const file = `
- { name: Fresh, instructions: "Be new." }
- { name: other, instructions: "New." }
- { name: Kept, instructions: "As it is." }
- { name: Empty }
`;
    const said = [
      ["Fresh", "new"],
      ["other", "changed"],
      ["Kept", "same"],
      ["Empty", "refused", "no_instructions"],
    ];
    assert.deepEqual(await rows(file, true), said);
    assert.deepEqual(await named(), ["Kept", "Not named", "Other"]);
    assert.deepEqual(await rows(file), said);
    assert.deepEqual(await named(), ["Fresh", "Kept", "Not named", "other"]);
    assert.deepEqual(
      (await rows(file)).map(([, change]) => change),
      ["same", "same", "same", "refused"],
    );
  });

  test("an export is one's own roles, and an import takes it back", async () => {
    for (const [format, type] of [
      ["yaml", "application/yaml; charset=utf-8"],
      ["json", "application/json; charset=utf-8"],
    ] as const) {
      const answer = await server.as("beta")(`/api/v1/roles/export?format=${format}`);
      assert.equal(answer.headers.get("content-type"), type);
      assert.equal(answer.headers.get("content-disposition"), `attachment; filename="roles.${format}"`);
      const file = await answer.text();
      assert.equal(file.includes("Common"), false, "shared ones are not one's own");
      const read = await rows(file, true);
      assert.deepEqual(
        read.map(([name]) => name),
        await named(),
      );
      assert.deepEqual(new Set(read.map(([, change]) => change)), new Set(["same"]));
      for (const { id } of await list("beta")) await call("beta", `/${id}`, undefined, "DELETE");
      assert.equal((await rows(file)).length, read.length);
    }
  });

  test("what is no file of roles is refused, and its user reads why", async () => {
    const answer = await call("beta", "/import", { content: "a: [" });
    assert.equal(answer.status, 400);
    assert.match(((await answer.json()) as { detail: string }).detail, /neither YAML nor JSON: /);
    assert.equal((await server.as("beta")("/api/v1/roles/export?format=xml")).status, 422);
  });
});
