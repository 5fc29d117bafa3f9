import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { answer } from "../../../src/testkit/scripted-reply.ts";
import type { House, Job, Said } from "./house.ts";

/** Conversations that are gone on with. */
export function replies(house: House): void {
  const { call, get, post, messages, over } = house;

  describe("a reply", () => {
    test("goes on in a conversation, which is made where it is not there", async () => {
      house.server.upstream.script(answer("First."), answer("Second."));
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
      const sent = house.server.upstream.requests.at(-1)?.body.messages as Said[];
      assert.deepEqual(
        sent.map(({ content }) => content),
        ["Be kind.", "One?", "First.", "Two?"],
      );
      const threads = await house.server.as("bob").get<{ id: string }[]>("/api/v1/threads");
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
}
