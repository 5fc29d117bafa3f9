import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openChat } from "../../../../test/support/command-chat.ts";

describe("/models", () => {
  test("lists what the user may use, numbered, with providers, and marks what answers here", async (context) => {
    const models = [{ id: "m_1", provider: "<lab>" }, "bare", { id: "secret", provider: "lab" }];
    const { run, begin } = openChat(context, { models });
    const list = (first: string, second: string) =>
      `Available models:\n\n1. m_1 (\\<lab>)${first}\n2. bare${second}`;
    assert.deepEqual(await run("/models"), { text: list(" (current)", "") });
    assert.deepEqual(await run("/models", { choice: { model: "bare" } }), { text: list("", " (current)") });
    const threadId = await begin("Hello", { model: "bare" });
    assert.deepEqual(await run("/models", { threadId }), { text: list("", " (current)") });
    // what is chosen beside what the thread keeps is what the next message names
    const beside = { threadId, choice: { model: "m_1" } };
    assert.deepEqual(await run("/models", beside), { text: list(" (current)", "") });
  });

  test("knows the configured default, passes over what only stands in, and says when there is nothing", async (context) => {
    const standIn = { id: "demo", provider: "demo", standIn: true } as const;
    const offline = openChat(context, { models: [standIn, "real"] });
    assert.match((await offline.run("/models")).text, /2\. real \(current\)$/);
    const configured = openChat(context, { models: [standIn, "real"], defaultModel: "demo" });
    assert.match((await configured.run("/models")).text, /1\. demo \(demo\) \(current\)/);
    assert.equal((await openChat(context, { models: [] }).run("/models")).text, "No models available.");
  });
});

describe("/model", () => {
  const models = ["gpt-5-mini", "gpt-5", "Claude", "llama:8b", "secret-one"].map((id) => ({
    id,
    provider: "p",
  }));
  const chosen = (model: string) => ({
    text: `Model set to: ${model} (p)`,
    effect: { kind: "choose", choice: { model } },
  });

  test("takes the exact name, else what begins so, else the only one that holds it", async (context) => {
    const { run } = openChat(context, { models });
    assert.deepEqual(await run("/model gpt-5"), chosen("gpt-5"));
    assert.deepEqual(await run("/model GPT-5"), chosen("gpt-5"));
    assert.deepEqual(await run("/model gpt"), chosen("gpt-5-mini"));
    assert.deepEqual(await run("/model cl"), chosen("Claude"));
    assert.deepEqual(await run("/model 8B"), chosen("llama:8b"));
  });

  test("says what it could be when that is not clear, and what is nearest when there is none", async (context) => {
    const { fault } = openChat(context, { models });
    assert.equal(
      await fault("/model pt-5"),
      'There are several models with "pt-5" in their name. Say which: gpt-5-mini, gpt-5.',
    );
    assert.equal(await fault("/model gtp-5"), 'There is no model "gtp-5". Did you mean gpt-5?');
    assert.equal(
      await fault("/model zzzzzzzz"),
      'There is no model "zzzzzzzz". `/models` shows what there is.',
    );
    assert.equal(
      await fault("/model secret-one"),
      'There is no model "secret-one". `/models` shows what there is.',
    );
    assert.equal(await fault("/model"), "Usage: `/model <model>`. For example: `/model gpt-5-mini`.");
    assert.equal(await fault("/model <b>x"), 'There is no model "\\<b>x". `/models` shows what there is.');
  });

  test("is kept by a thread, and told of it, too", async (context) => {
    const { run, begin, thread } = openChat(context, { models });
    const threadId = await begin("Hello");
    assert.deepEqual(await run("/model cl", { threadId }), chosen("Claude"));
    assert.equal((await thread(threadId)).model, "Claude");
  });

  test("suggests models that hold what is written, those that begin so first", async (context) => {
    const { suggested } = openChat(context, { models });
    assert.deepEqual(await suggested("/model "), [
      "/model gpt-5-mini",
      "/model gpt-5",
      "/model Claude",
      "/model llama:8b",
    ]);
    assert.deepEqual(await suggested("/model L"), ["/model llama:8b", "/model Claude"]);
    assert.deepEqual(await suggested("/model gpt-5"), ["/model gpt-5", "/model gpt-5-mini"]);
  });
});

describe("/model:plan-mode", () => {
  test("takes two whole names, and can have the plan looked at", async (context) => {
    const { run, begin, thread } = openChat(context);
    const threadId = await begin("Hello");
    const both = { planner: "alpha-large", answerer: "beta-mini" };
    assert.deepEqual(await run("/model:plan-mode alpha-large  beta-mini"), {
      text: "Plan mode enabled. Planning: alpha-large, answering: beta-mini.",
      effect: { kind: "choose", choice: { planMode: both } },
    });
    const { text } = await run("/Model:Plan-Mode alpha-large beta-mini Review", { threadId });
    assert.match(text, /You see each plan before/);
    assert.deepEqual((await thread(threadId)).planMode, { ...both, review: true });
  });

  test("changes nothing for a wrong name, a missing one or one too many", async (context) => {
    const { fault, begin, thread } = openChat(context);
    const threadId = await begin("Hello");
    const place = { threadId };
    assert.equal(
      await fault("/model:plan-mode alpha beta-mini", place),
      'There is no model "alpha". Did you mean alpha-large?',
    );
    assert.match(await fault("/model:plan-mode alpha-large beta", place), /^There is no model "beta"\./);
    const usage =
      "Usage: `/model:plan-mode <planner> <answerer> [review]`. For example: `/model:plan-mode alpha-large beta-mini`.";
    assert.equal(await fault("/model:plan-mode", place), usage);
    assert.equal(await fault("/model:plan-mode alpha-large", place), usage);
    assert.match(await fault("/model:plan-mode alpha-large beta-mini now", place), /"now" is not understood/);
    assert.equal((await thread(threadId)).planMode, undefined);
  });

  test("suggests the first, then another one, then the look at the plan", async (context) => {
    const { suggested } = openChat(context);
    const first = "/model:plan-mode beta-mini";
    assert.deepEqual(await suggested("/model:plan-mode mini"), [`${first} `]);
    assert.deepEqual(await suggested(`${first} `), [`${first} alpha-large`, `${first} beta-mini`]);
    assert.deepEqual(await suggested(`${first} alpha-large r`), [`${first} alpha-large review`]);
  });

  test("is turned off again", async (context) => {
    const { run, begin, thread } = openChat(context);
    const planMode = { planner: "alpha-large", answerer: "beta-mini" };
    const threadId = await begin("Hello", { planMode });
    const answer = {
      text: "Plan mode disabled. Returning to normal mode.",
      effect: { kind: "choose", choice: { planMode: null } },
    };
    assert.deepEqual(await run("/model:plan-mode-off", { threadId }), answer);
    assert.equal((await thread(threadId)).planMode, undefined);
    assert.deepEqual(await run("/model:plan-mode-off"), answer);
  });
});

describe("/roles, /role and /clear_role", () => {
  const roles = ["Tutor", "Code *reviewer*", "Code poet"];

  test("list the roles, numbered, and mark the active one", async (context) => {
    const { run } = openChat(context, { roles });
    const list = (active: string) =>
      `Available roles:\n\n1. Tutor${active}\n2. Code \\*reviewer\\*\n3. Code poet`;
    assert.deepEqual(await run("/roles"), { text: list("") });
    assert.deepEqual(await run("/roles", { choice: { systemPrompt: "role:r0" } }), {
      text: list(" (active)"),
    });
    assert.equal((await openChat(context, { roles: [] }).run("/roles")).text, "No roles available.");
    assert.equal((await openChat(context).run("/roles")).text, "No roles available.");
  });

  test("choose one by its name, its beginning or a part, blanks and all", async (context) => {
    const { run, fault, suggested } = openChat(context, { roles });
    const set = async (text: string) => (await run(text)).effect;
    const chosen = (id: string) => ({ kind: "choose", choice: { systemPrompt: `role:${id}` } });
    assert.deepEqual(await run("/role code p"), { text: "Role set to: Code poet", effect: chosen("r2") });
    assert.deepEqual(await set("/role Code *reviewer*"), chosen("r1"));
    assert.deepEqual(await set("/role utor"), chosen("r0"));
    assert.equal(await fault("/role Tudor"), 'There is no role "Tudor". Did you mean Tutor?');
    assert.deepEqual(await suggested("/role code p"), ["/role Code poet"]);
    assert.deepEqual(
      await suggested("/role o"),
      roles.map((name) => `/role ${name}`),
    );
  });

  test("in a thread are kept by it, and given up again for the default prompt", async (context) => {
    const { run, begin, thread } = openChat(context, { roles });
    const threadId = await begin("Hello");
    await run("/role Tutor", { threadId });
    assert.equal((await thread(threadId)).systemPrompt, "role:r0");
    const cleared = await run("/clear_role", { threadId });
    assert.deepEqual(cleared, {
      text: "Active role cleared",
      effect: { kind: "choose", choice: { systemPrompt: "default" } },
    });
    assert.equal((await thread(threadId)).systemPrompt, "default");
  });

  test("leave a prompt alone that is no role", async (context) => {
    const { run, begin, thread } = openChat(context, { roles });
    const threadId = await begin("Hello", { systemPrompt: "pirate" });
    assert.deepEqual(await run("/clear_role", { threadId }), { text: "No role is active." });
    assert.equal((await thread(threadId)).systemPrompt, "pirate");
  });
});

test("/prompt chooses a prompt by its key, and no role", async (context) => {
  const { run, fault, suggested, begin, thread } = openChat(context, { roles: ["Tutor"] });
  const threadId = await begin("Hello");
  assert.deepEqual(await run("/prompt pir", { threadId }), {
    text: "Prompt set to: pirate",
    effect: { kind: "choose", choice: { systemPrompt: "pirate" } },
  });
  assert.equal((await thread(threadId)).systemPrompt, "pirate");
  assert.equal(
    await fault("/prompt role:r0"),
    'There is no prompt "role:r0". `/prompt` shows what there is.',
  );
  assert.deepEqual(await suggested("/prompt "), ["/prompt default", "/prompt pirate"]);
});
