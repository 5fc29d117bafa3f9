import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cleanTitle, type StoredMessage, sessionCleaner } from "./clean-session.ts";
import { asTyped } from "./html-text.ts";

const row = (id: string, role: string, content: string): StoredMessage => ({
  ...{ id, role, content },
  created: "2024-01-02T03:04:05.006Z",
});

/** Who says what, after cleaning. */
function clean(instructions: Readonly<Record<string, string>>, ...rows: readonly StoredMessage[]) {
  const cleaner = sessionCleaner(new Map(Object.entries(instructions)));
  return rows.map((stored) => {
    const { message, role } = cleaner(stored);
    return [message?.role, message?.content, ...(role === undefined ? [] : [role])];
  });
}

const ask = (task: string) =>
  `Create a concise, actionable plan as a numbered checklist only. Rules:\n- One.\n\nTask: ${task}`;
const carryOut = (question: string, plan: string) =>
  `Follow the numbered steps in the plan below and produce a concrete implementation.\n\nRules:\n- Two.\n\nOriginal question: ${question}\n\nPlan (for you to follow, do not echo):\n${plan}`;

describe("what the original's page put before a message", () => {
  test("the instructions of a role come off, whatever lines they hold", () => {
    const strict = "Be strict.\n---\nBe brief.";
    assert.deepEqual(
      clean(
        { Strict: strict },
        row("a", "user", `[[ROLE:Strict]]\n${strict}\n---\nOne\n---\nTwo`),
        row("b", "user", "[[ROLE:Gone]]\nBe kind.\n---\nOne\n---\nTwo"),
        row("c", "user", "[[ROLE:Strict]]\nOlder words.\n---\nThree"),
      ),
      [
        ["user", "One\n---\nTwo", "Strict"],
        ["user", "One\n---\nTwo", "Gone"],
        ["user", "Three", "Strict"],
      ],
    );
  });

  test("a message that only looks like one with a role stays as it is", () => {
    for (const content of ["[[ROLE:x]] hello\n---\nthere", "[[ROLE:x]]\nno line", "a\n[[ROLE:x]]\nb\n---\nc"])
      assert.deepEqual(clean({}, row("a", "user", content)), [["user", content]]);
    const quoted = "[[ROLE:x]]\nBe kind.\n---\nsaid the model";
    assert.deepEqual(clean({}, row("a", "assistant", quoted)), [["assistant", quoted]]);
  });

  test("the two prompts of plan mode are the one question, with its plan and its answer in one turn", () => {
    const role = "[[ROLE:R]]\nBe kind.\n---\n";
    const cleaner = sessionCleaner(new Map());
    const rows = [
      row("a", "user", role + ask("Make tea\n\nTask: soon")),
      row("b", "assistant", "1. Boil"),
      row("c", "user", role + carryOut("Make tea\n\nTask: soon", "1. Boil")),
      row("d", "assistant", "Tea."),
      row("e", "user", "Thanks"),
      row("f", "assistant", "Welcome"),
    ];
    const said = rows.flatMap((stored) => cleaner(stored).message ?? []);
    assert.deepEqual(
      said.map(({ id, role: speaker, content, turnId }) => [id, speaker, content, turnId]),
      [
        ["a", "user", "Make tea\n\nTask: soon", undefined],
        ["b", "plan", "1. Boil", "turn_a"],
        ["d", "assistant", "Tea.", "turn_a"],
        ["e", "user", "Thanks", undefined],
        ["f", "assistant", "Welcome", "turn_e"],
      ],
    );
  });

  test("of a plan mode that broke off, every question stays", () => {
    assert.deepEqual(
      clean(
        {},
        row("a", "user", ask("One")),
        row("b", "user", ask("Two")),
        row("c", "assistant", "1. Do"),
        row("d", "user", carryOut("Another", "1. Do")),
        row("e", "assistant", "Done"),
      ),
      [
        ["user", "One"],
        ["user", "Two"],
        ["plan", "1. Do"],
        ["user", "Another"],
        ["assistant", "Done"],
      ],
    );
  });
});

describe("titles", () => {
  const first = (stored: string, written = stored) => ({ stored, written });

  test("a title that was cut from a composed message is cut from what its user wrote", () => {
    const stored = `[[ROLE:R]]\nBe kind.\n---\n${"word ".repeat(30)}`;
    const written = "word ".repeat(30);
    assert.equal(cleanTitle(stored.slice(0, 60), first(stored, written)), written.slice(0, 60));
    assert.equal(cleanTitle("[[ROLE:Other]]\ncut", first("Hello")), "Hello");
    assert.equal(cleanTitle(ask("Tea").slice(0, 60), first(ask("Tea"), "Tea")), "Tea");
  });

  test("one that was cut from a plain message stays, one that came through a form is unescaped", () => {
    const asked = "How is &amp; written?";
    assert.equal(cleanTitle(asked, first(asked)), asked);
    assert.equal(cleanTitle("How is", first(asked)), "How is");
    assert.equal(cleanTitle("Q&amp;A", first("Hello")), "Q&A");
    assert.equal(cleanTitle("Q&amp;A", undefined), "Q&A");
  });

  test("what was escaped several times becomes readable", () => {
    assert.equal(asTyped("R&amp;amp;D &lt;&#x2F;b&gt; &quot;&#x27;&#96;&#x5C;"), "R&D </b> \"'`\\");
    assert.equal(asTyped("AT&T &copy; &"), "AT&T &copy; &");
  });
});
