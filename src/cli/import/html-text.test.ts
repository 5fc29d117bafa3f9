import assert from "node:assert/strict";
import { test } from "node:test";
import { asTyped } from "./html-text.ts";

test("a text is as it was typed, however often it was escaped", () => {
  assert.equal(
    asTyped("R&amp;D &lt;b&gt; &quot;x&quot; &#x27;y&#x27; a&#x2F;b &#x5C; &#96;"),
    "R&D <b> \"x\" 'y' a/b \\ `",
  );
  assert.equal(asTyped("&amp;amp;amp;lt; and &amp;amp;"), "< and &");
  assert.equal(asTyped("&nbsp; & &amp"), "&nbsp; & &amp");
});

test("one that was escaped a hundred thousand times neither ends the import nor holds it up", () => {
  assert.equal(asTyped(`&${"amp;".repeat(100_000)}`), "&");
  assert.equal(asTyped("&amp;".repeat(100_000)), "&".repeat(100_000));
});
