import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { Command, CommandOrigin } from "../protocols/command.ts";
import type { Commands } from "../protocols/commands.ts";

/** Where the suite's commands are given. */
export const commandsContractThread = { userId: "ada", threadId: "thread-of-ada" } as const;

const turns: CommandOrigin["turns"] = {
  start: () => assert.fail("the suite begins no turn"),
  stop: () => assert.fail("the suite stops no turn"),
  running: async () => new Map(),
};
const ada: CommandOrigin = { userId: "ada", turns };

const echo: Command = {
  name: "suite-echo",
  help: "Says it again",
  usage: "<words>",
  run: (argument) => argument,
};
const bare: Command = { name: "Suite-Bare", help: "Takes nothing", run: () => "bare" };
const paint: Command = {
  name: "suite-paint",
  help: "Paints",
  usage: "<thing> <colour> [more]",
  complete: async (before) =>
    before.length === 0
      ? [{ value: "boat" }, { value: "two words" }, { value: "Old-boat" }, { value: "BOA" }]
      : [{ value: "red", note: "bright" }, { value: "dark red" }],
  run: (argument, { choice }) => ({ text: argument, effect: { kind: "choose", choice: choice ?? {} } }),
};

/**
 * What every `Commands` does. `open` gives a fresh one that has found these commands, in this order, beside whatever it
 * has itself, where ada has the thread of `commandsContractThread`. It gives a command at most half a second.
 */
export const commandsContract = (
  name: string,
  open: (found: readonly Command[], context: TestContext) => Promise<Commands>,
) =>
  describe(name, () => {
    test("shows each name once, with its help and how its arguments are written", async (context) => {
      const commands = await open([echo, bare, { ...echo, help: "A twin" }], context);
      const ours = (await commands.getCommands()).filter(({ name: each }) => /^suite-/i.test(each));
      assert.deepEqual(ours, [
        { name: "suite-echo", help: "Says it again", usage: "<words>" },
        { name: "Suite-Bare", help: "Takes nothing" },
      ]);
      const problems = await commands.getProblems();
      assert.equal(problems.length, 1);
      assert.match(problems[0]?.problem ?? "", /suite-echo/);
    });

    test("runs a command with everything behind its name, whatever the name's case", async (context) => {
      const commands = await open([echo, bare], context);
      assert.deepEqual(await commands.run("/suite-echo  two  words ", ada), { text: "two  words" });
      assert.deepEqual(await commands.run("/SUITE-BARE", ada), { text: "bare" });
    });

    test("what is no command is something to say", async (context) => {
      const commands = await open([bare], context);
      const texts = [
        "/suite-nothing",
        "suite-bare",
        " /suite-bare",
        "/suite-bare\nmore",
        "/suite-bare/x",
        "/",
        "",
      ];
      for (const text of texts) assert.equal(await commands.run(text, ada), undefined, text);
    });

    test("an argument that is missing or too much is a failure that shows how it is written", async (context) => {
      const commands = await open([echo, bare, paint], context);
      const told = async (text: string) => {
        const { failed, text: said = "" } = (await commands.run(text, ada)) ?? {};
        assert.equal(failed, true, text);
        return said;
      };
      assert.match(await told("/suite-echo"), /`\/suite-echo <words>`/);
      assert.match(
        await told("/suite-paint boat"),
        /`\/suite-paint <thing> <colour> \[more\]`.*`\/suite-paint boat red`/,
      );
      assert.match(await told("/suite-bare more"), /no argument/);
    });

    test("an error with a hint is a failure that tells both; any other is thrown", async (context) => {
      const refuses: Command = {
        ...bare,
        name: "suite-refuses",
        run: () =>
          Promise.reject(
            Object.assign(new Error("No <such> luck."), { code: "bad_input", hint: "Try `again`." }),
          ),
      };
      const breaks: Command = {
        ...bare,
        name: "suite-breaks",
        run() {
          throw new Error("broken");
        },
      };
      const commands = await open([refuses, breaks], context);
      const answer = await commands.run("/suite-refuses", ada);
      assert.deepEqual(answer, { text: "No \\<such> luck. Try `again`.", failed: true });
      await assert.rejects(async () => commands.run("/suite-breaks", ada), /broken/);
    });

    test("a command that takes too long is a failure, and is told by its signal", {
      timeout: 10_000,
    }, async (context) => {
      let aborted: boolean | undefined;
      const hangs: Command = {
        ...bare,
        name: "suite-hangs",
        run: (_, { signal }) =>
          new Promise((_resolve, reject) => {
            aborted = false;
            signal.addEventListener("abort", () => {
              aborted = true;
              reject(signal.reason);
            });
          }),
      };
      const commands = await open([hangs], context);
      const answer = await commands.run("/suite-hangs", ada);
      assert.equal(answer?.failed, true);
      assert.match(answer?.text ?? "", /suite-hangs/);
      assert.equal(aborted, true);
    });

    test("a command knows its user, thread and choice; a foreign thread is not found", async (context) => {
      const where: Command = {
        ...bare,
        name: "suite-where",
        run: (_, { userId, threadId = "none", choice, host }) =>
          `${userId} ${threadId} ${choice?.model ?? "none"} ${typeof host.newId()}`,
      };
      const commands = await open([where], context);
      const here = { ...commandsContractThread, turns };
      const text = async (origin: CommandOrigin) => (await commands.run("/suite-where", origin))?.text;
      assert.equal(await text({ ...here, choice: { model: "m" } }), "ada thread-of-ada m string");
      assert.equal(await text(ada), "ada none none string");
      await assert.rejects(text({ ...here, userId: "bob" }), { code: "thread_not_found" });
      await assert.rejects(text({ ...here, threadId: "nowhere" }), { code: "thread_not_found" });
    });

    test("suggests names that begin so, the very name first", async (context) => {
      const longer: Command = { ...echo, name: "suite-barely" };
      const commands = await open([longer, bare], context);
      assert.deepEqual(await commands.complete("/SUITE-BARE", ada), [
        { value: "/Suite-Bare", note: "Takes nothing", text: "/Suite-Bare", whole: true },
        { value: "/suite-barely", note: "Says it again", text: "/suite-barely ", whole: false },
      ]);
      for (const text of ["suite", "/suite-bare\n", "/uite-bare", ""]) {
        assert.deepEqual(await commands.complete(text, ada), [], text);
      }
    });

    test("suggests arguments that begin so, then those that hold it", async (context) => {
      const commands = await open([paint], context);
      const texts = async (text: string) => (await commands.complete(text, ada)).map((each) => each.text);
      const first = ["/suite-paint boat ", "/suite-paint BOA ", "/suite-paint Old-boat "];
      assert.deepEqual(await texts("/suite-paint boa"), [first[1], first[0], first[2]]);
      assert.deepEqual(await texts("/suite-paint "), [first[0], first[2], first[1]]);
      assert.deepEqual(await texts("/suite-paint nothing"), []);
      const [red] = await commands.complete("/suite-paint boat R", ada);
      assert.deepEqual(red, { value: "red", note: "bright", text: "/suite-paint boat red", whole: true });
      assert.deepEqual(await texts("/suite-paint boat red dark r"), ["/suite-paint boat red dark red"]);
      assert.deepEqual(await texts("/suite-nothing x"), []);
    });

    test("suggests 25 at most, and nothing where a command fails to or takes too long", {
      timeout: 10_000,
    }, async (context) => {
      const many: Command = {
        ...echo,
        name: "suite-many",
        complete: async () => Array.from({ length: 100 }, (_, index) => ({ value: `n${index}` })),
      };
      const breaks: Command = {
        ...echo,
        name: "suite-breaks",
        complete: () => Promise.reject(new Error("broken")),
      };
      const hangs: Command = { ...echo, name: "suite-hangs", complete: () => new Promise(() => {}) };
      const commands = await open([many, breaks, hangs, bare], context);
      assert.equal((await commands.complete("/suite-many n", ada)).length, 25);
      for (const text of ["/suite-breaks ", "/suite-hangs ", "/suite-bare "])
        assert.deepEqual(await commands.complete(text, ada), [], text);
    });
  });
