import assert from "node:assert/strict";
import { test } from "node:test";
import { resultText } from "./result-text.ts";

const picture = Buffer.alloc(1000, 1).toString("base64");

test("texts are joined, everything else is described, and nothing binary gets through", () => {
  const content = [
    { type: "text", text: "one" },
    { type: "image", mimeType: "image/png", data: picture },
    { type: "audio", mimeType: "audio/wav", data: picture },
    { type: "resource", resource: { uri: "file:///a", mimeType: "text/plain", text: "two" } },
    { type: "resource", resource: { uri: "file:///b", mimeType: "application/zip", blob: picture } },
    { type: "resource_link", uri: "file:///c", mimeType: "text/csv", size: 12 },
    { type: "hologram", data: picture },
    null,
  ];
  assert.deepEqual(resultText({ content, structuredContent: { same: "again" } }).split("\n"), [
    "one",
    "[image, image/png, 1000 bytes]",
    "[audio, audio/wav, 1000 bytes]",
    "[resource, file:///a, text/plain, 3 bytes]",
    "two",
    "[resource, file:///b, application/zip, 1000 bytes]",
    "[resource, file:///c, text/csv, 12 bytes]",
    "[content that cannot be shown, hologram]",
  ]);
});

test("structured content stands in for text that is not there", () => {
  assert.equal(resultText({ content: [], structuredContent: { degrees: 7 } }), '{"degrees":7}');
  assert.equal(
    resultText({ content: [{ type: "image", mimeType: "image/png" }], structuredContent: { degrees: 7 } }),
    '[image, image/png]\n{"degrees":7}',
  );
});

test("an answer that holds nothing readable is an empty text", () => {
  for (const answer of [{}, { content: "text" }, { content: null }, { content: [7] }])
    assert.equal(resultText(answer), "");
});
