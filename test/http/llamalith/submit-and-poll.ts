import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { answer } from "../../../src/testkit/scripted-reply.ts";
import { apiToken, type House, held, type Job } from "./house.ts";

/** A prompt is handed in, and asked for until it is answered. */
export function submitAndPoll(house: House): void {
  const { call, get, post, messages, over } = house;

  describe("submit and poll", () => {
    test("a prompt is queued, runs, and is answered, at every address", async () => {
      const { reply, letGo } = held("Once upon a time.");
      house.server.upstream.script(reply);
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
      await house.server.upstream.received(1);
      assert.equal((await get<Job>(`/chat/api/jobs/${id}`)).status, "processing");
      letGo();
      const done = await over(id);
      assert.deepEqual([done.status, done.result, done.model], ["done", "Once upon a time.", "mistral"]);
      assert.equal(done.system_prompt, "Be gentle.");
      assert.match(done.processed_at ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
      assert.deepEqual(await get(`/api/status/story-1`), { response: "Once upon a time." });
      assert.deepEqual(house.server.upstream.requests.at(-1)?.body.messages, [
        { role: "system", content: "Be gentle." },
        { role: "user", content: "Write a story." },
      ]);
    });

    test("the same prompt twice in a row is said once and answered twice", async () => {
      const before = house.server.upstream.requests.length;
      const { reply, letGo } = held("One.");
      house.server.upstream.script(reply, answer("Two."));
      const same = { user_input: "Again?", session_id: "twice" };
      const first = await post("/chat/api/submit", same);
      const second = await post("/chat/api/submit", same);
      assert.notEqual(first.job_id, second.job_id);
      assert.deepEqual(await messages("twice"), [{ role: "user", content: "Again?" }]);
      letGo();
      const { result, model } = await over(first.job_id);
      assert.deepEqual([result, model], ["One.", "mistral"], "the model where none is named");
      assert.equal((await over(second.job_id)).result, "Two.");
      assert.equal(house.server.upstream.requests.length, before + 2);
      assert.deepEqual(
        (await messages("twice")).filter(({ role }) => role === "user"),
        [{ role: "user", content: "Again?" }],
      );
      house.server.upstream.script(answer("Three."));
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
      const broken = await house.server.as(null)("/chat/api/jobs", {
        method: "POST",
        headers: { "x-api-token": apiToken, "content-type": "application/json" },
        body: "{",
      });
      assert.equal(broken.status, 422);
    });
  });
}
