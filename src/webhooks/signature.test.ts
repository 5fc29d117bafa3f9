import assert from "node:assert/strict";
import { test } from "node:test";
import { newSecret, signedHeaders } from "./signature.ts";

test("a message is signed as Standard Webhooks says, by its published example", () => {
  const id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const body = '{"test": 2432232314}';
  assert.deepEqual(signedHeaders({ id, body, secret }, new Date(1_614_265_330_000)), {
    "webhook-id": id,
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
  assert.equal("webhook-signature" in signedHeaders({ id, body }, new Date()), false);
});

test("a secret is 24 bytes that nobody guesses", () => {
  const [one, other] = [newSecret(), newSecret()];
  assert.match(one, /^whsec_[\w+/]{32}$/);
  assert.notEqual(one, other);
});
