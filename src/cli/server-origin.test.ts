import assert from "node:assert/strict";
import { test } from "node:test";
import { originOf } from "./server-origin.ts";

test("an address that means this machine is shown as localhost, another as it is, the public one first", () => {
  assert.equal(
    originOf({ host: "0.0.0.0", base_path: "" }, "http://127.0.0.1:8000"),
    "http://localhost:8000",
  );
  assert.equal(originOf({ host: "::", base_path: "" }, "http://[::1]:4711"), "http://localhost:4711");
  assert.equal(
    originOf({ host: "192.168.0.7", base_path: "/chat" }, "http://192.168.0.7:8000"),
    "http://192.168.0.7:8000/chat",
  );
  assert.equal(
    originOf(
      { host: "0.0.0.0", base_path: "", public_url: "https://chat.example/" },
      "http://127.0.0.1:8000",
    ),
    "https://chat.example",
  );
});

test("port 80 is shown too: it is what was asked for", () => {
  assert.equal(originOf({ host: "127.0.0.1", base_path: "" }, "http://127.0.0.1:80"), "http://localhost:80");
});
