import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  answering,
  at,
  callOf,
  entry,
  openProcessor,
  playing,
  run,
  type Script,
  scriptedTools,
  thought,
  timestamp,
  word,
} from "../../../test/support/scripted-processor.ts";
import type { PreCall } from "../../protocols/function-plugin.ts";
import type { ConsentAnswer, ConsentRequest } from "../../protocols/message-processor.ts";
import type { ModelEvent } from "../../protocols/model.ts";
import type { TurnEvent } from "../../protocols/turn-event.ts";
import { foldTurn } from "../../turns/fold-turn.ts";

const planMode = { planner: "thinker", answerer: "m" };
const list = "1. Look\n2. Leap\n3. Land";
const steps = [{ text: "Look" }, { text: "Leap" }, { text: "Land" }];
const plans = (text = list) => [[word(text)]];
const works = [[word("[[step 1]]\nLooked.\n[[step 2]]\nLe")], [word("apt.")]];

type Rounds = readonly (readonly ModelEvent[])[];

/** A planned turn with these rounds of the models. */
async function planned(rounds: readonly Rounds[], { turn = {}, ...more }: Omit<Script, "model"> = {}) {
  const { model, requests } = playing(...rounds);
  const listed = [
    { id: "thinker", provider: "p" },
    { id: "m", provider: "p", contextWindow: 4096 },
  ];
  const bench = await openProcessor({
    model: { ...model, listModels: async () => listed },
    ...more,
    turn: { planMode, ...turn },
  });
  const events = await run(bench);
  return { events, requests, bench, view: foldTurn(events) };
}

const last = (request: { messages: readonly { content: string }[] } | undefined) =>
  request?.messages.at(-1)?.content ?? "";

/** A user who says this to the plan. */
function reviewing(answer: ConsentAnswer) {
  const asked: ConsentRequest[] = [];
  const consent = async (request: ConsentRequest) => {
    asked.push(request);
    return answer;
  };
  return { asked, turn: { planMode: { ...planMode, review: true }, consent } };
}

const told = (events: readonly TurnEvent[]) =>
  events.map(({ event, data }) =>
    event === "plan_step" ? `${data.step} ${data.state}` : "content" in data ? data.content : event,
  );

describe("a planned turn", () => {
  test("asks the planning model and then the answering one, once each", async () => {
    const { requests, events, view } = await planned([plans(), works]);
    assert.deepEqual(
      requests.map(({ model }) => model),
      ["thinker", "m"],
    );
    assert.deepEqual(told(events), [
      ...[list, "plan", "1 doing", "Looked.\n", "1 done", "2 doing", "Le", "apt."],
      ...["2 done", "3 done"],
    ]);
    assert.deepEqual(view.plan, {
      model: "thinker",
      steps: steps.map((step) => ({ ...step, state: "done" })),
    });
    assert.deepEqual(
      view.segments.map(({ role, content }) => [role, content]),
      [
        ["plan", list],
        ["assistant", "Looked.\nLeapt."],
      ],
    );
  });

  test("asks the first for a numbered checklist, and the question is the end of it", async () => {
    const { requests } = await planned([plans(), works]);
    assert.match(last(requests[0]), /short numbered checklist, and nothing else[\s\S]*\n\nTask: Hi$/);
  });

  test("shows the second the question and the whole plan, once each", async () => {
    const { requests } = await planned([plans(), works]);
    const prompt = last(requests[1]);
    assert.match(prompt, /Original question: Hi\n/);
    assert.ok(prompt.endsWith(`\n${list}`));
    assert.equal(prompt.split("Leap").length, 2);
    assert.equal(requests[1]?.messages.length, 1);
  });

  test("keeps the user's own words in history and context, and marks nowhere", async () => {
    const { bench } = await planned([plans(), works]);
    const history = await bench.threads.getThreadMessages(at);
    assert.deepEqual(
      history.map(({ role, content }) => [role, content]),
      [
        ["user", "Hi"],
        ["plan", list],
        ["assistant", "Looked.\nLeapt."],
      ],
    );
    assert.deepEqual(await bench.context.getContext(at), [
      { id: "q", role: "user", content: "Hi" },
      { id: "u.1", role: "assistant", content: "Looked.\nLeapt." },
    ]);
    assert.equal(await bench.context.getMutationCount(at), 0);
  });

  test("shows both models the conversation before and the system prompt", async () => {
    const entries = [
      entry("q0", "user", "Before"),
      entry("a0", "assistant", "Then"),
      entry("q", "user", "Hi"),
    ];
    const { requests } = await planned([plans(), works], { entries, turn: { systemPrompt: "brief" } });
    for (const request of requests)
      assert.deepEqual(
        request.messages.slice(0, 3).map(({ content }) => content),
        ["Be brief.", "Before", "Then"],
      );
    const { requests: strict } = await planned([plans(), works], { turn: { instructions: "Be strict." } });
    for (const request of strict) assert.equal(request.messages[0]?.content, "Be strict.");
  });

  test("offers tools to the answering model alone, which has the plan in every round", async () => {
    const { requests, view } = await planned(
      [plans(), [[word("[[step 1]]\n"), callOf("plan", "look")]], [[word("[[step 2]]\nLeapt.")]]],
      { tools: scriptedTools({ look: answering("seen") }) },
    );
    assert.deepEqual(
      requests.map(({ tools }) => tools?.map(({ name }) => name)),
      [undefined, ["look"], ["look"]],
    );
    assert.match(requests[2]?.messages[0]?.content ?? "", /3\. Land$/);
    assert.notEqual(view.calls[0]?.callId, "plan", "that id is the plan's own");
    assert.ok(view.plan?.steps.every(({ state }) => state === "done"));
  });

  test("may be thought about, and what is thought is the planning model's", async () => {
    const { view } = await planned([[[thought("hm"), word(list)]], works]);
    assert.deepEqual(
      view.segments.map(({ role }) => role),
      ["thinking", "plan", "assistant"],
    );
  });

  test("without a list in the plan has one step", async () => {
    const { view, requests } = await planned([plans("Just leap."), [[word("Leapt.")]]]);
    assert.deepEqual(view.plan?.steps, [{ text: "Just leap.", state: "done" }]);
    assert.ok(last(requests[1]).endsWith("\nJust leap."));
  });
});

describe("what goes wrong in a planned turn", () => {
  const broken = Object.assign(new Error("It broke off."), { code: "upstream_broken", hint: "Try again." });
  const failing = (text: string) => ({
    *[Symbol.iterator]() {
      yield [word(text)];
      throw broken;
    },
  });

  test("a planning model that fails is all there is, with its error", async () => {
    const { events, requests, view } = await planned([failing("1. Lo") as never, works]);
    assert.equal(requests.length, 1);
    assert.deepEqual(told(events), ["1. Lo", "error"]);
    assert.match(view.error ?? "", /It broke off\. Try again\./);
    assert.equal(view.plan, undefined);
  });

  test("one that says nothing is a failure, too", async () => {
    const { requests, view } = await planned([plans(" \n")]);
    assert.equal(requests.length, 1);
    assert.match(view.error ?? "", /The model thinker wrote no plan\. Try again/);
  });

  test("an answering model that fails leaves the plan as far as it was, and every word", async () => {
    const { view } = await planned([plans(), failing("[[step 1]]\nLook[[") as never]);
    assert.equal(view.segments.at(-1)?.content, "Look[[");
    assert.deepEqual(
      view.plan?.steps.map(({ state }) => state),
      ["doing", undefined, undefined],
    );
    assert.match(view.error ?? "", /It broke off/);
  });

  test("an answer that is cut off for its length has not done all", async () => {
    const cut = { event: "finish", data: { reason: "length", model: "m" } } as const;
    const { view } = await planned([plans(), [...works, [cut]]]);
    assert.deepEqual(
      view.plan?.steps.map(({ state }) => state),
      ["done", "doing", undefined],
    );
  });

  test("a plan that is longer than the answering model's window is cut, and the reader keeps all of it", async () => {
    const long = Array.from({ length: 90 }, (_, n) => `${n + 1}. ${"x".repeat(400)}`).join("\n");
    const entries = [...Array(9).keys()].map((n) =>
      entry(`m${n}`, n % 2 ? "assistant" : "user", "y".repeat(900)),
    );
    const { requests, view } = await planned([plans(long), works], { entries });
    const { messages } = requests[1] ?? assert.fail();
    const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
    assert.ok(bytes / 3 < 4096 - 1024, `${bytes} bytes`);
    assert.match(
      last(requests[1]),
      /Original question: yyy[\s\S]*\n1\. xxx[\s\S]*The rest of the plan is too long/,
    );
    assert.equal(view.plan?.steps.length, 90);
  });

  test("stopping it in either phase keeps what was said", async () => {
    for (const phase of [0, 1]) {
      const stop = new AbortController();
      const rounds = [plans(), works];
      const { model } = playing();
      let round = 0;
      const bench = await openProcessor({
        model: {
          ...model,
          async *generate(_request, signal) {
            const stops = round === phase;
            yield* (rounds[round++] ?? []).slice(0, 1);
            if (!stops) return;
            stop.abort(new Error("stopped"));
            signal.throwIfAborted();
          },
        },
        turn: { planMode },
      });
      const view = foldTurn(await run(bench, { signal: stop.signal, settle: false }));
      assert.equal(view.error, undefined);
      assert.deepEqual(
        view.segments.map(({ content }) => content),
        phase === 0 ? [list] : [list, "Looked.\nLe"],
      );
      assert.equal(view.plan?.steps[1]?.state, phase === 0 ? undefined : "doing");
    }
  });
});

describe("hooks in a planned turn", () => {
  const secret = /Ada/g;
  const redacts = {
    name: "redacts",
    preCall: ({ message }: PreCall) => ({
      message: { ...message, content: message.content.replace(secret, "[name]") },
    }),
  };

  test("keep what they hide from both models, whoever wrote it", async () => {
    const { asked, turn } = reviewing({ approved: true, arguments: '[{"text":"Ask Ada"}]' });
    const { requests, bench } = await planned([plans("1. Greet Ada"), works], {
      functions: [redacts],
      entries: [entry("q", "user", "Greet Ada")],
      turn,
    });
    assert.match(last(requests[0]), /Task: Greet \[name\]$/);
    assert.match(last(requests[1]), /Original question: Greet \[name\]\n[\s\S]*1\. Ask \[name\]$/);
    assert.doesNotMatch(JSON.stringify(requests), secret);
    assert.equal(asked.length, 1);
    assert.equal((await bench.context.getContext(at))[0]?.content, "Greet [name]");
  });

  test("see the user's message for the planning model and the plan for the answering one", async () => {
    const calls: unknown[] = [];
    const looks = {
      name: "looks",
      preCall({ model, message }: PreCall) {
        calls.push([model, message.role, message.content]);
        return message.role === "user" ? { systemPrompt: "Be kind." } : undefined;
      },
    };
    const { requests } = await planned([plans(), works], { functions: [looks] });
    assert.deepEqual(calls, [
      ["thinker", "user", "Hi"],
      ["m", "assistant", list],
    ]);
    for (const request of requests) assert.equal(request.messages[0]?.content, "Be kind.");
  });

  test("filter what both of them say, without marks", async () => {
    const heard: string[] = [];
    const shouts = {
      name: "shouts",
      filterStream: (events: readonly ModelEvent[]) =>
        events.map((event) => {
          if (event.event !== "message_tokens") return event;
          heard.push(event.data.content);
          return { ...event, data: { ...event.data, content: event.data.content.toUpperCase() } };
        }),
    };
    const { view } = await planned([plans(), works], { functions: [shouts] });
    assert.deepEqual(heard, [list, "Looked.\n", "Le", "apt."]);
    assert.equal(view.plan?.steps[1]?.text, "LEAP");
    assert.equal(view.segments.at(-1)?.content, "LOOKED.\nLEAPT.");
  });
});

describe("a plan that its user looks at first", () => {
  test("is carried out as it is after a yes", async () => {
    const { asked, turn } = reviewing({ approved: true });
    const { requests, events } = await planned([plans(), works], { turn });
    assert.deepEqual(asked, [{ callId: "plan", name: "plan", arguments: JSON.stringify(steps) }]);
    assert.ok(last(requests[1]).endsWith(list));
    assert.equal(events.filter(({ event }) => event === "plan").length, 1);
  });

  test("is carried out as its user left it, and so it is told", async () => {
    const left = [{ text: "Leap" }, { text: "Look", struck: true }, { text: "Laugh\naloud" }];
    const { turn } = reviewing({ approved: true, arguments: JSON.stringify(left) });
    const { requests, view } = await planned([plans(), works], { turn });
    assert.match(last(requests[1]), /do not repeat it\):\n1\. Leap\n3\. Laugh\n {3}aloud$/);
    assert.deepEqual(view.plan?.steps, [
      { text: "Leap", state: "done" },
      { text: "Look", struck: true },
      { text: "Laugh\naloud", state: "done" },
    ]);
  });

  test("is kept after a no, and nobody is asked to carry it out", async () => {
    const { turn } = reviewing({ approved: false });
    const { requests, events } = await planned([plans()], { turn });
    assert.equal(requests.length, 1);
    assert.deepEqual(told(events), [list, "plan"]);
  });

  test("is not carried out by an answer that makes no sense", async () => {
    for (const args of ["", "{}", "[]", '["Leap"]', '[{"text":" "}]', '[{"text":"a","struck":true}]']) {
      const { turn } = reviewing({ approved: true, arguments: args });
      await assert.rejects(planned([plans()], { turn }), { code: "bad_input" }, args);
    }
  });
});

describe("a planned turn that goes on after its server died", () => {
  const made: readonly TurnEvent[] = [
    { event: "plan_tokens", data: { content: list, model: "thinker", timestamp } },
    { event: "plan", data: { steps, model: "thinker", timestamp } },
  ];
  const approval = (more: object): TurnEvent => ({
    event: "approval",
    data: { call_id: "plan", approved: true, timestamp, ...more },
  });
  const request: TurnEvent = {
    event: "approval_request",
    data: { call_id: "plan", name: "plan", arguments: "", timestamp },
  };

  test("carries out the plan that is there", async () => {
    const { requests, events } = await planned([works], { turn: { before: made } });
    assert.deepEqual(
      requests.map(({ model }) => model),
      ["m"],
    );
    assert.ok(last(requests[0]).endsWith(list));
    assert.equal(told(events)[0], "1 doing");
  });

  test("asks its question again, and not what is answered", async () => {
    const { asked, turn } = reviewing({ approved: true });
    await planned([works], { turn: { ...turn, before: [...made, request] } });
    assert.equal(asked.length, 1);
    const left = { arguments: '[{"text":"Laugh"}]' };
    const answered = [...made, request, approval(left)];
    const { requests, events } = await planned([works], { turn: { ...turn, before: answered } });
    assert.equal(asked.length, 1);
    assert.match(last(requests[0]), /1\. Laugh$/);
    assert.equal(events[0]?.event, "plan");
    const told = [...answered, ...events.slice(0, 1)];
    const again = await planned([works], { turn: { ...turn, before: told } });
    assert.notEqual(again.events[0]?.event, "plan", "it is told already");
    const no = await planned([], {
      turn: { ...turn, before: [...made, request, approval({ approved: false })] },
    });
    assert.deepEqual(no.events, []);
  });
});

test("the rest of an answer goes on by the plan that is there, from where it was", async () => {
  const half = await planned([plans(), works]);
  const history = await half.bench.threads.getThreadMessages(at);
  const state = (step: { text: string }, at: number) => (at === 0 ? { ...step, state: "done" } : step);
  const turn = { plan: { steps: steps.map(state), model: "thinker" } };
  const entries = history.map((message) =>
    message.role === "assistant" ? { ...message, interrupted: true, meta: { turn } } : message,
  );
  const message = { ...(entries.at(-1) ?? assert.fail()), content: "" };
  const { model, requests } = playing([[word("[[step 2]]\nLeapt on.")]]);
  const bench = await openProcessor({ model, entries, turn: { turnId: "v", message } });
  const events = await run(bench);
  assert.equal(requests.length, 1);
  assert.match(
    requests[0]?.messages[0]?.content ?? "",
    /Original question: Hi\n[\s\S]*1\. Look\n2\. Leap\n3\. Land$/,
  );
  assert.match(last(requests[0]), /^Your last answer was cut short/);
  assert.deepEqual(events[0], { event: "plan", data: { ...turn.plan, timestamp } });
  assert.deepEqual(told(events).slice(1), ["2 doing", "Leapt on.", "2 done", "3 done"]);
});
