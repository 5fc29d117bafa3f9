import assert from "node:assert/strict";
import { test } from "node:test";
import { redactor } from "./redact.ts";

test("what a server was given to keep is taken out of what it says, and folders stay", () => {
  const redact = redactor({
    env: { API_KEY: "env-secret", LEVEL: "info" },
    headers: { authorization: "Bearer header-secret" },
    args: [
      "-y",
      "server",
      "--token=arg-secret",
      "--api-key",
      "key-secret",
      "db://me:pw@host/x",
      "/srv/documents",
    ],
  });
  assert.equal(
    redact("env-secret header-secret arg-secret key-secret db://me:pw@host/x /srv/documents server info"),
    "(hidden) (hidden) (hidden) (hidden) (hidden) /srv/documents server info",
  );
  assert.equal(redact("Authorization: Bearer header-secret"), "Authorization: (hidden)");
});
