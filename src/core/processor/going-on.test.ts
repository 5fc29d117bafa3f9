import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  answering,
  at,
  callOf,
  inShort,
  openProcessor,
  playing,
  run,
  type Script,
  scriptedTools,
  word,
} from "../../../test/support/scripted-processor.ts";
import type { ConsentRequest } from "../../protocols/message-processor.ts";
import type { TurnEvent } from "../../protocols/turn-event.ts";

const asks = [[word("Let me see. "), callOf("c1", "one"), callOf("c2", "two")]];

/**
 * A turn whose server dies once `last` was said, and that goes on with this model and these tools.
 * What was said by then is durable; what would have followed in the context is not there.
 * @param later what one more life has said, before it died as well.
 */
async function goingOn(
  last: (event: TurnEvent) => boolean,
  { tools, ...more }: Omit<Script, "model">,
  approved = true,
  later: readonly TurnEvent[] = [],
) {
  const first = playing(asks, []);
  const died = scriptedTools({ one: answering("1"), two: answering("2") });
  const bench = await openProcessor({ model: first.model, tools: died, ...more });
  const before: TurnEvent[] = [];
  for await (const batch of bench.processor.processMessage(bench.turn, new AbortController().signal)) {
    before.push(...batch);
    if (batch.some(last)) break;
  }
  const { model, requests } = playing([[word("Done.")]]);
  Object.assign(await bench.host.get("model"), model);
  Object.assign(await bench.host.get("tools"), tools);
  const asked: ConsentRequest[] = [];
  const turn = {
    ...bench.turn,
    before: [...before, ...later],
    consent: async (request: ConsentRequest) => {
      asked.push(request);
      return { approved };
    },
  };
  const events = await run({ ...bench, turn }, { settle: false });
  return { told: inShort(events), requests, asked, bench };
}

const resultOf = (id: string) => (event: TurnEvent) =>
  event.event === "tool_result" && event.data.call_id === id;
const callTold = (id: string) => (event: TurnEvent) =>
  event.event === "tool_call" && event.data.call_id === id;

describe("a turn that goes on after its server died", () => {
  test("between two calls keeps the result that was told, and runs what is left", async () => {
    const tools = scriptedTools({ one: () => assert.fail("it ran again"), two: answering("2") });
    const { told, requests, asked } = await goingOn(resultOf("c1"), { tools });
    assert.deepEqual(told, ["c2 calls two", "c2: 🔧 Calling two({})", "c2 gave 2", "c2: ✅ two: 2", "Done."]);
    assert.deepEqual(
      requests[0]?.messages.map(({ role, content }) => [role, content]),
      [
        ["user", "Hi"],
        ["assistant", "Let me see. "],
        ["tool", "1"],
        ["tool", "2"],
      ],
    );
    assert.deepEqual(asked, []);
  });

  test("has its results in the context where they would have been", async () => {
    const tools = scriptedTools({ one: answering("1"), two: answering("2") });
    const { bench } = await goingOn(resultOf("c1"), { tools });
    const ids = (await bench.context.getContext(at)).map(({ id }) => id);
    assert.deepEqual(ids, ["q", "u.0", "u.2", "u.4"]);
  });

  test("after the last result asks the model and calls nothing", async () => {
    const never = () => assert.fail("it ran again");
    const tools = scriptedTools({ one: never, two: never });
    const { told } = await goingOn(resultOf("c2"), { tools });
    assert.deepEqual(told, ["Done."]);
  });

  test("inside a call repeats it when that does no harm, without telling of it twice", async () => {
    for (const harmless of [{ idempotent: true }, { readOnly: true }]) {
      const tools = scriptedTools({ one: answering("1 again"), two: answering("2") }, { one: harmless });
      const { told, asked } = await goingOn(callTold("c1"), { tools });
      assert.deepEqual(told.slice(0, 2), ["c1 gave 1 again", "c1: ✅ one: 1 again"]);
      assert.deepEqual(asked, []);
    }
  });

  test("inside any other call asks its user first", async () => {
    const tools = scriptedTools({ one: answering("1 again"), two: answering("2") });
    const { told, asked } = await goingOn(callTold("c1"), { tools });
    assert.deepEqual(asked, [
      {
        ...{ callId: "c1", name: "one", arguments: "{}", again: true },
        why: "The server stopped while this ran. Run it again?",
      },
    ]);
    assert.equal(told[0], "c1 gave 1 again");
    const left = await goingOn(callTold("c1"), { tools }, false);
    assert.match(left.told[0] ?? "", /^c1 failed The server stopped while this ran, and .* is not known\.$/);
  });

  test("says after a no that it may have run, also where its user was asked in a life before", async () => {
    const tools = scriptedTools({ one: answering("1 again"), two: answering("2") });
    const data = { call_id: "c1", name: "one", arguments: "{}", again: true as const, timestamp: "" };
    const request: TurnEvent = { event: "approval_request", data };
    const { told, asked } = await goingOn(callTold("c1"), { tools }, false, [request]);
    assert.match(told[0] ?? "", /^c1 failed The server stopped while this ran/);
    assert.deepEqual(
      asked.map(({ callId, again }) => [callId, again]),
      [["c1", undefined]],
      "an answer that was given meanwhile holds",
    );
  });

  test("tells what hooks say of the user's message once, and keeps what they changed", async () => {
    const functions = [
      {
        name: "shout",
        async *preCall({ message }: { message: { role: string; content: string } }) {
          if (message.role !== "user") return undefined;
          yield "louder";
          return { message: { ...message, content: `${message.content}!` } } as never;
        },
      },
    ];
    const tools = scriptedTools({ one: answering("1"), two: answering("2") });
    const { told, requests } = await goingOn(resultOf("c2"), { tools, functions });
    assert.deepEqual(told, ["Done."]);
    assert.deepEqual(
      requests[0]?.messages.filter(({ role }) => role === "user").map(({ content }) => content),
      ["Hi!"],
    );
  });

  test("counts the rounds it had", async () => {
    const tools = scriptedTools({ one: answering("1"), two: answering("2") });
    const { told } = await goingOn(resultOf("c2"), { tools, config: { tools: { max_rounds: 1 } } });
    assert.match(told[0] ?? "", /1 rounds, which is the limit/);
  });
});
