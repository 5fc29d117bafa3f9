import assert from "node:assert/strict";
import { test } from "node:test";
import { hasRole, withoutRole } from "./role-prefix.ts";

const none = new Map<string, string>();

test("a role in front of a message is taken off, with its instructions", () => {
  assert.deepEqual(withoutRole("[[ROLE:R&D]]\nBe strict.\nAlways.\n---\nHello\n---\nthere", none), {
    ...{ role: "R&D", instructions: "Be strict.\nAlways." },
    text: "Hello\n---\nthere",
  });
  assert.deepEqual(withoutRole("[[ROLE:a]]\r\nb\r\n---\r\nc", none), {
    role: "a",
    instructions: "b",
    text: "c",
  });
});

test("instructions that hold such a line themselves are known by their text", () => {
  const composed = "[[ROLE:a]]\none\n---\ntwo\n---\nHello";
  assert.equal(withoutRole(composed, new Map([["a", "one\n---\ntwo"]])).text, "Hello");
  assert.equal(withoutRole(composed, new Map([["a", "changed since"]])).text, "two\n---\nHello");
  assert.equal(withoutRole(composed, new Map([["a", "one\n---\nt"]])).text, "two\n---\nHello");
});

test("what only looks like it stays as it is", () => {
  for (const text of ["", "Hello", "[[ROLE:a]] no line", "[[ROLE:a]]\nno end", "x [[ROLE:a]]\nb\n---\nc"]) {
    assert.deepEqual(withoutRole(text, none), { text });
  }
  assert.equal(hasRole("[[ROLE:a]]\nno end"), true);
  assert.equal(hasRole("[[role:a]]\n"), false);
});
