import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { signatureFault } from "./check-signature.ts";

const secret = "8f742231b10e8888abcd99yyyzzz85a5";
const now = new Date("2026-01-01T12:00:00.000Z");
const body = "command=%2Fask&text=a+b";

const signed = (timestamp: string, text = body) =>
  `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${text}`).digest("hex")}`;
const at = (seconds: number) => String(now.getTime() / 1000 + seconds);

test("the example of Slack's own documentation is right", () => {
  const example = {
    timestamp: "1531420618",
    body:
      "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar" +
      "&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com" +
      "%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
    signature: "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
  };
  assert.equal(signatureFault(secret, { ...example, now: new Date(1531420618_000) }), undefined);
});

test("a request counts within five minutes of its time, both ways", () => {
  const outcome = (timestamp: string, signature = signed(timestamp), text = body) =>
    signatureFault(secret, { timestamp, signature, body: text, now });
  assert.equal(outcome(at(-300)), undefined);
  assert.equal(outcome(at(300)), undefined);
  assert.equal(outcome(at(-301)), "Stale request");
  assert.equal(outcome(at(301)), "Stale request");
  assert.equal(outcome("soon"), "Stale request");
  assert.equal(outcome(at(1), signed(at(1)), `${body}&x=1`), "Invalid signature");
  assert.equal(outcome(at(1), signed(at(2))), "Invalid signature");
  assert.equal(outcome(at(1), "v0=short"), "Invalid signature");
  assert.equal(outcome(at(1)), undefined);
  for (const [timestamp, signature] of [
    [undefined, "x"],
    [at(0), ""],
  ] as const)
    assert.equal(signatureFault(secret, { timestamp, signature, body, now }), "Missing signature");
});
