import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import { startScriptedUpstream } from "../../../testkit/scripted-upstream.ts";
import { call, endpoint } from "./http-call.ts";

const list = { method: "GET", path: "/models" } as const;
const patient = { connectMs: 5000, firstByteMs: 5000 };
const never = new AbortController().signal;

/** A socket that is connecting for ever. */
const limbo = () => Object.assign(new Socket(), { connecting: true });

test("a connection that does not come about in time is given up, and its socket with it", async () => {
  const socket = limbo();
  const agent = Object.assign(new Agent(), { createConnection: () => socket });
  const to = { ...endpoint({ name: "far", baseUrl: "http://192.0.2.1/v1" }), agent };
  await assert.rejects(call(to, list, { connectMs: 20, firstByteMs: 5000 }, never), {
    code: "upstream_unreachable",
    message: "far cannot be reached: no connection within 0.02 s",
  });
  assert.equal(socket.destroyed, true);
});

test("aborting while it connects ends it with the signal's reason", async () => {
  const agent = Object.assign(new Agent(), { createConnection: () => limbo() });
  const to = { ...endpoint({ name: "far", baseUrl: "http://192.0.2.1/v1" }), agent };
  const stopping = new AbortController();
  const calling = call(to, list, patient, stopping.signal);
  const reason = new Error("enough");
  stopping.abort(reason);
  await assert.rejects(calling, reason);
});

test("connections are kept, and one that the other side has closed is replaced without a word", async () => {
  const upstream = await startScriptedUpstream();
  const to = endpoint({ name: "near", baseUrl: upstream.url });
  const drained = async () => {
    const response = await call(to, list, patient, never);
    const { localPort } = response.socket;
    response.resume();
    await once(response, "close");
    return localPort;
  };
  const first = await drained();
  assert.equal(await drained(), first);
  await upstream.goAway();
  await upstream.comeBack();
  assert.equal(typeof (await drained()), "number");
  to.agent.destroy();
  await upstream.close();
});

test("the key is trimmed, the caller's headers win, and an address may end in a slash", () => {
  const made = endpoint({
    name: "p",
    baseUrl: "https://host/v1//",
    apiKey: " key\n",
    headers: { "x-team": "blue" },
  });
  assert.equal(made.baseUrl, "https://host/v1");
  assert.deepEqual(made.headers, { authorization: "Bearer key", "x-team": "blue" });
  assert.deepEqual(made.secrets, ["key", "blue"]);
});
