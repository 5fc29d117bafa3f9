import assert from "node:assert/strict";
import { test } from "node:test";
import { hash } from "@node-rs/bcrypt";
import { costOf, hashOfNobody, hashPassword, verifyPassword } from "./password.ts";

const cheap = (version: "2a" | "2b" | "2y") => hash("correct horse", { cost: 4, version });

test("the hashes of other programs are accepted, whatever their letter", async () => {
  for (const version of ["2a", "2b", "2y"] as const) {
    const stored = await cheap(version);
    assert.equal(costOf(stored), 4);
    assert.equal(await verifyPassword("correct horse", stored), true);
    assert.equal(await verifyPassword("correct horsf", stored), false);
  }
});

test("what is no bcrypt hash, or would take minutes, has no cost", () => {
  for (const bad of [
    "",
    "plain",
    "$1$abc",
    `$2b$12$${".".repeat(52)}`,
    `$2b$17$${".".repeat(53)}`,
    `$2b$03$${".".repeat(53)}`,
  ])
    assert.equal(costOf(bad), undefined, bad);
});

test("a new hash has the usual form and cost, and blanks around the password do not count", async () => {
  const stored = await hashPassword("  correct horse ");
  assert.match(stored, /^\$2b\$12\$/);
  assert.equal(await verifyPassword("correct horse", stored), true);
});

test("a password that bcrypt would cut is refused when it is set, and wrong when it is used", async () => {
  const full = "x".repeat(72);
  const stored = await hashPassword(full, { cost: 4 });
  assert.equal(await verifyPassword(full, stored), true);
  assert.equal(await verifyPassword(`${full}y`, stored), false);
  const umlauts = "ü".repeat(36);
  assert.equal(await verifyPassword(`${umlauts}!`, await hashPassword(umlauts, { cost: 4 })), false);
  assert.equal(await verifyPassword("a\0a", await hashPassword("a", { cost: 4 })), false); // the same key to bcrypt
  for (const bad of [`${full}y`, "ü".repeat(37), "a\0a", "", "  "])
    await assert.rejects(hashPassword(bad, { cost: 4 }), { code: "bad_input" });
  await assert.rejects(hashPassword("seven77", { cost: 4, minLength: 8 }), { code: "bad_input" });
});

test("a name that nobody has is checked at the cost of those that somebody has", async () => {
  assert.equal(costOf(hashOfNobody("eve", [])), 12);
  assert.equal(costOf(hashOfNobody("eve", [4, 4])), 4);
  const mixed = Array.from({ length: 200 }, (_, n) => costOf(hashOfNobody(`eve${n}`, [4, 10])));
  assert.deepEqual(new Set(mixed), new Set([4, 10]));
  assert.equal(costOf(hashOfNobody("eve1", [4, 10])), mixed[1], "the same each time");
  for (const password of ["", "-", "x"])
    assert.equal(await verifyPassword(password, hashOfNobody("e", [4])), false);
});
