import assert from "node:assert/strict";
import { test } from "node:test";
import { safeUrl } from "./safe-url.ts";

test("links to the web and to mail are kept", () => {
  for (const url of ["https://example.com/a?b#c", "http://localhost:1", "mailto:a@b.example"]) {
    assert.equal(safeUrl(url), url);
  }
});

test("nothing that runs, reads files, or points into this server is a link", () => {
  const hostile = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>1</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://a.b/1",
    "//evil.example",
    "/logout",
    "#/setup/secret",
    "",
    undefined,
  ];
  for (const url of hostile) assert.equal(safeUrl(url), undefined, String(url));
});
