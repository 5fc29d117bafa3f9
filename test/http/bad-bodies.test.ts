import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer({ body_limit: 100_000 });
});
after(() => server.close());

const inParts = "multipart/form-data; boundary=X";
const field = (name: string, value: string, more = "") =>
  `--X\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
const form = (...fields: readonly string[]) => `${fields.join("")}--X--\r\n`;

const post = (path: string, type: string, body: string) =>
  server.as("ada")(path, { method: "POST", headers: { "content-type": type }, body });

/** Unreadable, all of them. */
const badForms: Readonly<Record<string, readonly [type: string, body: string]>> = {
  "without a boundary": ["multipart/form-data", form(field("content", "hi"))],
  "with a boundary that is too long": [`multipart/form-data; boundary=${"b".repeat(5000)}`, "x"],
  "that is none": [inParts, "hello"],
  "that breaks off": [inParts, field("content", "hi")],
  "with a field that has no name": [inParts, "--X\r\nContent-Disposition: form-data\r\n\r\nhi\r\n--X--\r\n"],
  "with JSON in it, nested as deep as it likes": [
    inParts,
    form(
      field("content", `${"[".repeat(40_000)}${"]".repeat(40_000)}`, "\r\nContent-Type: application/json"),
    ),
  ],
};

describe("a body that cannot be used", () => {
  for (const [name, [type, body]] of Object.entries(badForms))
    test(`a form ${name} is the sender's fault, on every route`, async () => {
      const said = await post("/api/v1/message", type, body);
      assert.equal(said.status, 400, await said.clone().text());
      assert.equal(said.headers.get("x-error-code"), "bad_input");
      assert.match(((await said.json()) as { detail: string }).detail, /^The form cannot be read\./);
      for (const path of ["/login", "/api/login", "/logout", "/mcp", "/chat/api/submit", "/nowhere"]) {
        const { status } = await post(path, type, body);
        assert.ok(status >= 400 && status < 500, `${path}: ${status}`);
      }
    });

  test("a form in parts is no way around the limit of bodies", async () => {
    const parts = Array.from({ length: 4 }, (_, index) => field(`part${index}`, "x".repeat(30_000)));
    const tooMuch = await post("/api/v1/message", inParts, form(...parts));
    assert.equal(tooMuch.status, 413);
    assert.equal(tooMuch.headers.get("x-error-code"), "too_large");
    const twice = await post("/api/v1/message", inParts, form(field("content", "a"), field("content", "b")));
    assert.equal(twice.status, 422);
    const fine = await post("/api/v1/message", inParts, form(field("content", "x".repeat(30_000))));
    assert.equal(fine.status, 200);
    await fine.text();
  });

  test("what the framework refuses is not told as a fault of the server", async () => {
    const deep = await post("/api/v1/jobs", "application/json", `${"[".repeat(100)}${"]".repeat(100)}`);
    assert.deepEqual([deep.status, deep.headers.get("x-error-code")], [400, "bad_input"]);
    const wrong = await post("/mcp", "application/x-www-form-urlencoded", "a=1");
    const { error } = (await wrong.json()) as {
      readonly error: { readonly data: { readonly code: string } };
    };
    assert.deepEqual([wrong.status, error.data.code], [422, "bad_input"]);
  });
});
