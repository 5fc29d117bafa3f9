import assert from "node:assert/strict";
import { test } from "node:test";
import { mapUsers } from "./map-users.ts";

test("users keep their names, get others, or are left out; nobody is guessed", () => {
  const there = ["ada", "bob@old", "eve", "zoe", "a=b"];
  const { userHere, unknown, leftOut } = mapUsers(there, ["ada", "bob"], ["bob@old=bob", "eve=", "a=b=ada"]);
  assert.deepEqual(there.map(userHere), ["ada", "bob", undefined, undefined, "ada"]);
  assert.deepEqual([unknown, leftOut], [["zoe"], ["eve"]]);
  assert.equal(mapUsers(there, undefined, []).userHere("zoe"), "zoe");
});

test("a rename of nobody, or to nobody, is refused before anything is written", () => {
  for (const rename of ["ada", "=ada", "nobody=ada", "ada=nobody"])
    assert.throws(() => mapUsers(["ada"], ["ada"], [rename]), { code: "bad_input" }, rename);
});
