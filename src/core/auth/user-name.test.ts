import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { lookAlikeKeys } from "./look-alike.ts";
import { canonicalName } from "./user-name.ts";

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const refused = (name: string) =>
  assert.throws(() => canonicalName(name), { code: "bad_input" }, JSON.stringify(name));

test("names of any script are kept, trimmed and in NFC", () => {
  for (const name of [
    "ada",
    "A.b_c-d@e+f",
    "7of9",
    "ada@example.org",
    "Ångström",
    "Юлия",
    "Ελένη",
    "山田太郎",
  ])
    assert.equal(canonicalName(` ${name}\t`), name.normalize("NFC"));
  for (const name of [
    "ひらがな漢字カタカナ",
    "김철수",
    "हिन्दी",
    "ภาษาไทยำ",
    "محمد",
    "דוד",
    "ada山田",
    "x-김",
  ])
    assert.equal(canonicalName(name), name.normalize("NFC"));
  assert.equal(canonicalName("Jose\u0301"), "José");
});

test("what cannot be told apart, seen or typed is refused", () => {
  for (const name of [
    "",
    " ",
    ".ada",
    "-ada",
    "@ada",
    "a b",
    "a/b",
    "a\\b",
    "a:b",
    "a\0b",
    "a\nb",
    "__proto__",
  ])
    refused(name);
  for (const name of ["a\u200bb", "a\u202eb", "a\ufe0fb", "a\u00adb", "a\u3164b", "q\u0301\u0301x", "ada🙂"])
    refused(name);
  for (const name of ["pаypal", "αda", "ԱB", "Юλ", "漢字Ю山김あ"]) refused(name);
  refused("a".repeat(101));
  assert.equal(canonicalName("𐐷".repeat(100)), "𐐷".repeat(100)); // 200 UTF-16 units
});

test("names that differ only in case or look alike share a key", () => {
  const alike = (one: string, other: string) =>
    lookAlikeKeys(one).some((key) => lookAlikeKeys(other).includes(key));
  for (const [one, other] of [
    ["ada", "ADA"],
    ["straße", "STRASSE"],
    ["paypal", "paypa1"],
    ["paypal", "paypaI"],
    ["root", "r00t"],
    ["modern", "modem"],
    ["cop", "сор"], // Cyrillic
    ["BOB", "ВОВ"], // Cyrillic
    ["AIN", "ΑΙΝ"], // Greek
    ["ada", "ａｄａ"], // full width
    ["ada", "𝐚𝐝𝐚"], // mathematical bold
  ] as const)
    assert.ok(alike(one, other), `${one} and ${other}`);
  for (const [one, other] of [
    ["ada", "adb"],
    ["jose", "josé"],
    ["a.b", "a_b"],
    ["user1", "user2"],
    ["ai", "al"],
  ] as const)
    assert.ok(!alike(one, other), `${one} and ${other}`);
});

test(`a canonical name is its own canonical name (seed ${seed})`, () => {
  const letters = fc.constantFrom(..."abZ09._-@+éßЮα漢あकि\u0301\u200b 𝐚");
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 12 }), (parts) => {
      let name: string;
      try {
        name = canonicalName(parts.join(""));
      } catch {
        return;
      }
      assert.equal(canonicalName(name), name);
      assert.equal(name, name.trim().normalize("NFC"));
    }),
    { seed },
  );
});
