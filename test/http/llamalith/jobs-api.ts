import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { answer, refusal } from "../../../src/testkit/scripted-reply.ts";
import { type House, held, type Job } from "./house.ts";

/** Jobs and conversations, and what is refused. */
export function jobsApi(house: House): void {
  const { call, get, post, messages, over } = house;

  describe("the jobs API", () => {
    test("a conversation is made under a new id, or under the caller's", async () => {
      house.server.upstream.script(answer("A"), answer("B"));
      const content = `${"A title that is long ".repeat(5)}!`;
      const made = await post("/chat/api/jobs", { content });
      assert.match(made.conversation_id, /^[0-9a-f-]{36}$/);
      assert.deepEqual(
        { ...made, conversation_id: "", job_id: 0 },
        {
          ...{ ok: true, queued: true, job_id: 0, conversation_id: "", created_new: true, model: "mistral" },
        },
      );
      const thread = await house.server
        .as("bob")
        .get<{ title: string }>(`/api/v1/threads/${made.conversation_id}`);
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
      house.server.upstream.script(reply);
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
      assert.deepEqual(house.server.upstream.requests.at(-1)?.body.messages, expected);
      assert.deepEqual(await messages("context"), [...expected, { role: "assistant", content: "Sure." }]);
      assert.deepEqual(await messages("nowhere"), []);
    });

    test("jobs are listed newest first, by status and conversation", async () => {
      house.server.upstream.script(answer("Fine."), refusal(400, "No such thing"));
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
      house.server.upstream.script(answer(""));
      const empty = await post("/chat/api/jobs", { content: "Say nothing" });
      assert.equal((await over(empty.job_id)).result, "Empty model output");
    });

    test("a cancelled job is an error that says so", async () => {
      const before = house.server.upstream.requests.length;
      const { reply, letGo } = held("Too late.");
      house.server.upstream.script(reply);
      const { job_id: id } = await post("/chat/api/jobs", { content: "Never mind" });
      await house.server.upstream.received(before + 1);
      await house.server.app.jobs.cancel({ userId: "bob", id: id ?? 0 });
      const { status, result } = await over(id);
      assert.deepEqual([status, result], ["error", "Cancelled"]);
      letGo();
    });
  });

  test("what is refused leaves no conversation", async () => {
    const bob = house.server.as("bob");
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
    const { status } = await house.server.as("beta")("/api/jobs", {
      method: "POST",
      json: { content: "Hi", model: "alpha" },
    });
    assert.deepEqual([status, await house.server.as("beta").get("/api/v1/threads")], [403, []]);
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
}
