import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import fc from "fast-check";
import type { HookPlace } from "../../src/protocols/function-plugin.ts";
import type { Model, ModelEvent, ModelRequest } from "../../src/protocols/model.ts";
import { type TestHost, testHost } from "../../src/testkit/test-host.ts";
import translation from "./translation.ts";

/** What the translator makes of a sentence. */
let script: (words: string, signal: AbortSignal) => string | readonly ModelEvent[] | Promise<string>;
let asked: ModelRequest[];
let host: TestHost;
let place: HookPlace;

const said = (content: string, model = "speaker"): ModelEvent => ({
  event: "message_tokens",
  data: { content, model },
});
const finish = (reason = "stop"): ModelEvent => ({ event: "finish", data: { reason, model: "speaker" } });

const translator: Model = {
  listModels: async () => ["translator"],
  async *generate(request, signal) {
    asked.push(request);
    const words = request.messages.at(-1)?.content ?? "";
    const answer = await script(words, signal);
    yield typeof answer === "string" ? [said(answer), finish()] : answer;
  },
};

beforeEach(() => {
  asked = [];
  script = (words) => `«${words}»`;
  process.env.TRANSLATION_LANGUAGE = "German";
  delete process.env.TRANSLATION_MODEL;
  host = testHost({
    config: { functions: { timeout_ms: 500 } },
    plugins: [{ role: "model", name: "translator", create: () => translator }],
  });
  translation.start(host);
  place = { userId: "ada", threadId: "t", turnId: "turn", signal: new AbortController().signal };
});
afterEach(() => host.shutdown());

/** Hands a batch to the filter. @returns what it shows, and the lines for the reader. */
async function filter(batch: readonly ModelEvent[]) {
  const lines: string[] = [];
  const answer = translation.filterStream(batch, place);
  if (!("next" in answer)) return { events: answer, lines };
  for (;;) {
    const step = await answer.next();
    if (step.done) return { events: step.value, lines };
    lines.push(step.value);
  }
}

/** A whole answer, each piece a batch. @returns the text as the reader sees it, piece by piece. */
async function show(pieces: readonly string[], end: readonly ModelEvent[] = [finish()]) {
  const shown: string[] = [];
  const lines: string[] = [];
  const events: ModelEvent[] = [];
  for (const batch of [...pieces.map((piece) => [said(piece)]), end]) {
    const filtered = await filter(batch);
    lines.push(...filtered.lines);
    events.push(...filtered.events);
    shown.push(
      filtered.events.map((one) => (one.event === "message_tokens" ? one.data.content : "")).join(""),
    );
  }
  return { text: shown.join(""), shown, lines, events };
}

test("a sentence is shown in the other language as soon as it has ended, and the last one at the end", async () => {
  const { shown, events } = await show(["Hel", "lo. How", " are you? Fine"]);
  assert.deepEqual(shown, ["", "«Hello.» ", "«How are you?» ", "«Fine»"]);
  assert.deepEqual(events.at(-1), finish());
  assert.deepEqual(
    events.flatMap((event) => (event.event === "message_tokens" ? [event.data.model] : [])),
    ["speaker", "speaker", "speaker"],
  );
});

test("the translator knows the language, the sentence before and whose words they are", async () => {
  await show(["One. ", "Two."]);
  const [first, second] = asked;
  assert.equal(first?.model, "speaker");
  assert.equal(first?.userId, "ada");
  assert.match(first?.messages[0]?.content ?? "", /into German/);
  assert.deepEqual(
    second?.messages.slice(1).map(({ role, content }) => [role, content]),
    [
      ["user", "One."],
      ["assistant", "«One.»"],
      ["user", "Two."],
    ],
  );
  process.env.TRANSLATION_MODEL = "translator";
  await show(["Three."]);
  assert.equal(asked.at(-1)?.model, "translator");
});

test("the marks of lists, headings, quotes and tables stay, and what has no words is not translated", async () => {
  const lines = [
    "# Title",
    "",
    "- [ ] one",
    "  * two",
    "12. three",
    "> > quoted",
    "| a. B | c |",
    "|---|---|",
    "---",
    "3.14",
    "https://example.org/a",
  ];
  const { text } = await show([lines.join("\n")]);
  assert.equal(
    text,
    [
      "# «Title»",
      "",
      "- «[ ] one»",
      "  * «two»",
      "12. «three»",
      "> > «quoted»",
      "«| a. B | c |»",
      "|---|---|",
      "---",
      "3.14",
      "https://example.org/a",
    ].join("\n"),
  );
});

test("code blocks stay as they are and come token by token; code within a line is not torn", async () => {
  const { text, shown } = await show([
    ...["Look. Here:\n", "``", "`js\nconst a", " = 1; // Not me. Nor me.\n", "```js is no end\n", "```\n"],
    ...["Call `a. B()` now.\n", "> ~~~\n> Quoted code. Too.\n> ~~~\n", "```not. a. Fence``` here"],
  ]);
  assert.equal(shown[2], "```js\nconst a");
  assert.equal(shown[3], " = 1; // Not me. Nor me.\n");
  assert.deepEqual(text.split("\n"), [
    "«Look. Here:»",
    ...["```js", "const a = 1; // Not me. Nor me.", "```js is no end", "```"],
    "«Call `a. B()` now.»",
    ...["> ~~~", "> Quoted code. Too.", "> ~~~"],
    "«```not. a. Fence``` here»",
  ]);
});

test("neither code within a line nor a row of a table is torn while it comes", async () => {
  const { text } = await show([
    "Call `a. B",
    "()` now. Th",
    "en.\n",
    "| a. B",
    " | c. D |\n",
    "``",
    "`js. x. Y",
    "\n```",
  ]);
  assert.equal(text, "«Call `a. B()` now.» «Then.»\n«| a. B | c. D |»\n```js. x. Y\n```");
});

test("however the answer is cut, and whatever is in it, nothing is lost, doubled or out of order", async () => {
  script = (words) => words;
  const part = fc.constantFrom(
    "One. ",
    "Two? Three",
    "\n",
    "\n\n",
    "```",
    "```js\n",
    "~~~\n",
    "`a. B`",
    "- x",
    "> ",
    "é…",
    "| a |",
    " ",
    "。好",
    "a\r\n",
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { maxLength: 25 }),
      fc.integer({ min: 1, max: 7 }),
      async (parts, size) => {
        place = { ...place, signal: new AbortController().signal };
        const whole = parts.join("");
        const pieces = whole.match(new RegExp(`.{1,${size}}`, "gsu")) ?? [];
        assert.equal((await show(pieces)).text, whole);
      },
    ),
    { numRuns: 300 },
  );
});

test("several lines that come at once are translated side by side, and stay in order", async () => {
  let running = 0;
  let most = 0;
  script = async (words) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, words === "a" ? 20 : 1));
    running -= 1;
    return words.toUpperCase();
  };
  assert.equal((await show(["a\nb\nc\nd\ne\nf\n"])).text, "A\nB\nC\nD\nE\nF\n");
  assert.equal(most, 4);
});

test("what the model does besides speaking comes after what it said before", async () => {
  const call: ModelEvent = { event: "tool_call", data: { id: "1", name: "t", arguments: "{}" } };
  const thought: ModelEvent = { event: "thinking_tokens", data: { content: "Hm. ", model: "speaker" } };
  const usage: ModelEvent = { event: "usage", data: { total_tokens: 1 } };
  const { events } = await filter([said("I look"), usage, thought, said("So"), call, finish("tool_calls")]);
  assert.deepEqual(events, [usage, said("«I look»"), thought, said("«So»"), call, finish("tool_calls")]);
  assert.deepEqual((await filter([thought])).events, [thought]);
  assert.equal((await show(["Found."])).text, "«Found.»", "the next round of the turn");
});

test("a failure is told once, and the rest of the turn is in the model's own words", async () => {
  for (const [failing, why] of [
    [() => Promise.reject(new Error("no luck")), "no luck"],
    [() => "  ", "the translation was empty"],
    [() => [said("«cut"), finish("length")], "the translation was cut short"],
  ] as const) {
    place = { ...place, signal: new AbortController().signal };
    asked = [];
    script = (words) => (words === "Two." ? failing() : `«${words}»`);
    const { text, lines } = await show(["One. ", "Two. ", "Three. ", "Two."]);
    assert.equal(text, "«One.» Two. Three. Two.");
    assert.deepEqual(lines, [`the rest is not translated: ${why}`]);
    assert.equal(asked.length, 2, "it is not asked again");
    place = { ...place, signal: new AbortController().signal };
    assert.equal((await show(["One.\nTwo.\na\nb\nc\nd\n"])).text, "«One.»\nTwo.\n«a»\n«b»\nc\nd\n");
    place = { ...place, signal: new AbortController().signal };
    script = (words) => `«${words}»`;
    assert.equal((await show(["Two."])).text, "«Two.»", "the next turn begins anew");
  }
});

test("a translator that hangs is given up before the hook's time is over", async () => {
  script = (_words, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const begun = performance.now();
  const { text, lines } = await show(["One. Two.\nThree."]);
  assert.ok(performance.now() - begun < 5_000);
  assert.equal(text, "One. Two.\nThree.");
  assert.deepEqual(lines, ["the rest is not translated: it took too long"]);
});

test("a turn that is stopped asks nobody any more", async () => {
  const stopping = new AbortController();
  place = { ...place, signal: stopping.signal };
  script = (_words, signal) => {
    stopping.abort(new Error("stopped"));
    return Promise.reject(signal.reason);
  };
  await assert.rejects(show(["One. Two.\n"]), /stopped/);
});

test("a sentence without an end is not waited for for ever", async () => {
  const { shown } = await show(["word ".repeat(300), "word ".repeat(300)]);
  assert.match(shown[1] ?? "", /^«word .* word» $/);
});

test("without a language it does not start", () => {
  process.env.TRANSLATION_LANGUAGE = "";
  assert.throws(() => translation.start(host), /TRANSLATION_LANGUAGE/);
});

test("a long run of blanks within a line keeps nobody waiting", async () => {
  const before = process.cpuUsage();
  await filter([said(`a${" ".repeat(100_000)}b\n`)]);
  assert.ok(process.cpuUsage(before).user < 1_000_000); // it was many seconds
});
