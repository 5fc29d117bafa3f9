import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TurnEvent } from "../../src/protocols/turn-event.ts";
import { until } from "../../src/testkit/until.ts";
import type { Api, Entry } from "./api.ts";
import { addPlugin } from "./data-folder.ts";
import { withServer } from "./with-server.ts";

type Waiting = {
  readonly call_id: string;
  readonly name: string;
  readonly of_call?: string;
  readonly why?: string;
  readonly again?: true;
};

function prepare(folder: string): void {
  addPlugin(folder, "tool-chain.ts", "chainToolsPlugin");
  const module = new URL("tool-chain.ts", import.meta.url).href;
  const text = `export { chainModelPlugin as default } from ${JSON.stringify(module)};\n`;
  writeFileSync(join(folder, "plugins", "core", "model.ts"), text);
}

const diary = ({ path }: { path: string }) => {
  const file = join(path, "ran.txt");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
};

const waitingIn = (api: Api) =>
  until("it asks", async () => (await api.get<readonly Waiting[]>("/api/v1/approvals"))[0]);

const inShort = (events: readonly TurnEvent[]) =>
  events.flatMap(({ event, data }) => {
    if (event === "message_tokens") return [data.content];
    if (event === "tool_call") return [`call ${data.name}`];
    if (event === "tool_result") return [data.content];
    return event === "approval_request" || event === "approval" || event === "stream_end" ? [event] : [];
  });

test("after kill -9 inside a call the turn goes on: nothing that was done is done again, what can be repeated is", async () => {
  await withServer(
    async ({ api, server, folder, startAgain }) => {
      const begun = await api.begin("/api/v1/message", { content: "note slow note", model: "chain" });
      await until("it runs", () => diary(folder).includes("slow"));
      await server.kill();
      const next = await startAgain();
      const events = await Array.fromAsync(next.watch(begun.turn_id));
      assert.deepEqual(inShort(events), [
        ...["Now note. ", "call note", "note 1", "Now slow. ", "call slow", "slow 2"],
        ...["Now note. ", "call note", "note 2", "note 1, slow 2, note 2", "stream_end"],
      ]);
      assert.deepEqual(diary(folder), ["note", "slow", "slow", "note"]);
      const entries = await next.get<readonly Entry[]>(
        `/api/v1/threads/${begun.thread_id}/messages?details=true`,
      );
      assert.equal(entries.at(-1)?.content, "note 1, slow 2, note 2");
      assert.ok(entries.every(({ interrupted }) => !interrupted));
    },
    { prepare },
  );
});

test("a call that may not be repeated by itself is asked about, also after one more kill -9", async () => {
  await withServer(
    async ({ api, server, folder, startAgain, latest }) => {
      const begun = await api.begin("/api/v1/message", { content: "risky", model: "chain" });
      await until("it runs", () => diary(folder).includes("risky"));
      await server.kill();
      const asked = await waitingIn(await startAgain());
      await latest().kill();
      const next = await startAgain();
      assert.deepEqual(await waitingIn(next), asked);
      assert.deepEqual(
        [asked.name, asked.why],
        ["risky", "The server stopped while this ran. Run it again?"],
      );
      await next.post(`/api/v1/turns/${begun.turn_id}/approvals/${asked.call_id}`, { approve: true });
      const events = await Array.fromAsync(next.watch(begun.turn_id));
      assert.deepEqual(inShort(events), [
        ...["Now risky. ", "call risky", "approval_request", "approval", "risky 2", "risky 2", "stream_end"],
      ]);
      assert.deepEqual(diary(folder), ["risky", "risky"]);
    },
    { prepare },
  );
});

test("a question stays over kill -9 and over a stop, and its answer goes on with the turn", async () => {
  await withServer(
    async ({ api, server, folder, startAgain, latest }) => {
      const begun = await api.begin("/api/v1/message", { content: "note guarded", model: "chain" });
      const asked = await waitingIn(api);
      await server.kill();
      assert.deepEqual(await waitingIn(await startAgain()), asked);
      assert.equal((await latest().stop()).code, 0);
      const next = await startAgain();
      assert.deepEqual(await waitingIn(next), asked);
      assert.deepEqual(diary(folder), ["note"]);
      await next.post(`/api/v1/turns/${begun.turn_id}/approvals/${asked.call_id}`, { approve: true });
      const events = await Array.fromAsync(next.watch(begun.turn_id));
      assert.deepEqual(inShort(events), [
        ...["Now note. ", "call note", "note 1", "Now guarded. ", "call guarded"],
        ...["approval_request", "approval", "guarded 1", "note 1, guarded 1", "stream_end"],
      ]);
      assert.deepEqual(diary(folder), ["note", "guarded"]);
    },
    { prepare },
  );
});

test("what a running call asked is asked again after kill -9 when it may be repeated, and the old question is gone", async () => {
  await withServer(
    async ({ api, server, folder, startAgain, latest }) => {
      const begun = await api.begin("/api/v1/message", { content: "survey", model: "chain" });
      const answer = (to: Api, { call_id }: Waiting) =>
        to.post(`/api/v1/turns/${begun.turn_id}/approvals/${call_id}`, {
          approve: true,
          arguments: '{"seats":2}',
        });
      const first = await waitingIn(api);
      assert.deepEqual([first.name, first.why, typeof first.of_call], ["survey", "How many?", "string"]);
      await server.kill();
      const second = await waitingIn(await startAgain());
      assert.notEqual(second.call_id, first.call_id);
      assert.deepEqual([second.why, second.of_call], [first.why, first.of_call]);
      await latest().kill();
      const next = await startAgain();
      const third = await waitingIn(next);
      assert.equal((await next.get<readonly Waiting[]>("/api/v1/approvals")).length, 1);
      await assert.rejects(answer(next, first), { status: 404 });
      await assert.rejects(answer(next, second), { status: 404 });
      await answer(next, third);
      const events = await Array.fromAsync(next.watch(begun.turn_id));
      assert.equal(events.at(-1)?.event, "stream_end");
      assert.ok(inShort(events).includes('survey 3 {"seats":2}'));
      const told = events.flatMap(({ event, data }) =>
        event === "approval" ? [data.withdrawn ?? false] : [],
      );
      assert.equal(told.pop(), false);
      assert.ok(told.every((withdrawn) => withdrawn)); // as many as had reached the checkpoints
      assert.deepEqual(diary(folder), ["survey", "survey", "survey"]);
    },
    { prepare },
  );
});

test("a call that may not be repeated and was asking at kill -9 is asked about; a no says what happened", async () => {
  await withServer(
    async ({ api, server, folder, startAgain }) => {
      const begun = await api.begin("/api/v1/message", { content: "booking", model: "chain" });
      const first = await waitingIn(api);
      await server.kill();
      const next = await startAgain();
      const again = await waitingIn(next);
      assert.deepEqual(
        [again.name, again.call_id, again.again],
        ["booking", first.of_call, true],
        "it is the call itself that is asked about",
      );
      await assert.rejects(
        next.post(`/api/v1/turns/${begun.turn_id}/approvals/${first.call_id}`, {
          approve: true,
          arguments: '{"seats":2}',
        }),
        { status: 404 },
      );
      await next.post(`/api/v1/turns/${begun.turn_id}/approvals/${again.call_id}`, { approve: false });
      const events = await Array.fromAsync(next.watch(begun.turn_id));
      const [result] = events.flatMap(({ event, data }) => (event === "tool_result" ? [data.content] : []));
      assert.match(result ?? "", /server stopped/i);
      assert.deepEqual(diary(folder), ["booking"]);
      const entries = await next.get<readonly Entry[]>(
        `/api/v1/threads/${begun.thread_id}/messages?details=true`,
      );
      assert.ok(entries.at(-1)?.content.includes(result ?? ""), "the model heard it, too");
    },
    { prepare },
  );
});
