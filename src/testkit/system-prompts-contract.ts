import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { SystemPrompt, SystemPrompts } from "../protocols/system-prompts.ts";

/** Prompts by key; the suite asks for these, in this order. */
export type GivenPrompts = Readonly<Record<string, SystemPrompt>>;

const given: GivenPrompts = {
  tutor: { content: "Ask before you tell.\nBe patient.", description: "A patient teacher" },
  zero: { content: "", description: "No system prompt" },
  bare: { content: "Answer in one word: ünïcödé ✓", description: "" },
};

/**
 * What every `SystemPrompts` does, wherever the prompts come from. `open` gives one that holds these prompts for
 * everybody, and may hold others; it clears up behind itself with `context.after`.
 */
export function systemPromptsContract(
  name: string,
  open: (context: TestContext, prompts: GivenPrompts) => Promise<SystemPrompts>,
): void {
  const ours = (keys: readonly string[]) => keys.filter((key) => Object.hasOwn(given, key));

  describe(name, () => {
    test("answers the text of a prompt by its key, an empty one as an empty text", async (context) => {
      const prompts = await open(context, given);
      for (const [key, { content }] of Object.entries(given)) {
        assert.equal(await prompts.getPrompt({ userId: "u", key }), content, key);
      }
    });

    test("answers nothing for an unknown key, whatever it looks like", async (context) => {
      const prompts = await open(context, given);
      for (const key of [
        "unknown",
        "",
        "Tutor",
        "tutor ",
        "__proto__",
        "constructor",
        "toString",
        "../tutor",
      ]) {
        assert.equal(await prompts.getPrompt({ userId: "u", key }), undefined, key);
      }
    });

    test("lists descriptions by key in order, an empty text where a prompt has none", async (context) => {
      const list = await (await open(context, given)).listPrompts({ userId: "u" });
      assert.deepEqual(ours(Object.keys(list)), Object.keys(given));
      for (const [key, { description }] of Object.entries(given)) assert.equal(list[key], description, key);
    });

    test("answers all prompts at once as it answers them one by one", async (context) => {
      const prompts = await open(context, given);
      const all = await prompts.getAllPrompts({ userId: "u" });
      assert.deepEqual(ours(Object.keys(all)), Object.keys(given));
      for (const [key, prompt] of Object.entries(given)) assert.deepEqual(all[key], prompt, key);
      assert.deepEqual(Object.keys(all), Object.keys(await prompts.listPrompts({ userId: "u" })));
    });

    test("is not changed by what a caller does to an answer", async (context) => {
      const prompts = await open(context, given);
      const change = (answer: object) => {
        try {
          Object.assign(answer, { tutor: "changed" });
          for (const value of Object.values(answer)) Object.assign(value, { content: "changed" });
        } catch (error) {
          assert.ok(error instanceof TypeError, "a frozen answer is as good as a copy");
        }
      };
      change(await prompts.listPrompts({ userId: "u" }));
      change(await prompts.getAllPrompts({ userId: "u" }));
      assert.equal(await prompts.getPrompt({ userId: "u", key: "tutor" }), given.tutor?.content);
      assert.deepEqual((await prompts.getAllPrompts({ userId: "u" })).tutor, given.tutor);
    });
  });
}
