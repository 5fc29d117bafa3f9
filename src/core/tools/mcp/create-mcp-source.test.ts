import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Config } from "../../../protocols/config.ts";
import { type DeepPartial, testHost } from "../../../testkit/test-host.ts";
import { createTools } from "../create-tools.ts";
import { alive, context, manners, startMcp, until } from "./test-source.ts";

const start = (mcp_servers: DeepPartial<Config["mcp_servers"]>, log_level: "info" | "debug" = "info") =>
  startMcp(testHost({ config: { mcp_servers, log_level }, shutdownLimitMs: 10_000 }));

let house: Awaited<ReturnType<typeof start>>;
before(async () => {
  house = await start({
    good: { ...manners("good", "sk-very-secret"), timeout_ms: 600_000 },
    twin: { ...manners("good"), allow_tools: "echo|erase", approve: "once", allow_users: "me" },
    flood: { ...manners("flood"), allow_tools: "echo" },
    schemas: manners("schemas"),
    many: manners("many"),
  });
});
after(() => house.stop());

test("every server's tools are there, with names that are one's own", async () => {
  const names = (await house.source.tools("me")).map(({ name }) => name);
  for (const name of [
    "good_echo",
    "twin_echo",
    "good_erase",
    "twin_erase",
    "leave",
    "fine",
    "tool-0",
    "tool-499",
  ])
    assert.ok(names.includes(name), name);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual(await house.call("good_echo", { a: [1] }), ['{"a":[1]}']);
});

test("hints become what the turn asks about, and the configuration has the last word", async () => {
  const echo = await house.tool("good_echo");
  assert.deepEqual([echo.readOnly, echo.idempotent, echo.approve], [true, true, "never"]);
  const erase = await house.tool("good_erase");
  assert.deepEqual([erase.readOnly, erase.idempotent, erase.approve], [false, false, "always"]);
  assert.equal(erase.timeoutMs, 600_000);
  assert.equal((await house.tool("twin_erase")).approve, "once");
});

test("a server for some users is not there for others, and cannot be called by them", async () => {
  const names = (await house.source.tools("other")).map(({ name }) => name);
  assert.ok(names.includes("good_echo") && !names.includes("twin_echo"));
  const tool = await house.tool("twin_echo");
  const running = tool.execute({}, { ...context(house.host, AbortSignal.timeout(5000)), userId: "other" });
  await assert.rejects((running as AsyncGenerator).next(), { code: "forbidden" });
});

test("tools without a usable schema and those beyond the limit cost themselves only, and are told", async () => {
  const problems = await house.problems();
  assert.equal(problems.filter((each) => each.startsWith("mcp:schemas: ")).length, 6);
  assert.ok(
    problems.includes('mcp:schemas: the tool "deep" is left out: its schema is deeper than 24 levels'),
  );
  assert.match(problems.find((each) => each.startsWith("mcp:many: ")) ?? "", /more than 500 tools/);
  assert.equal(problems.length, 7, problems.join("\n"));
});

test("stopping a call stops it at the server", async () => {
  const stop = new AbortController();
  const tool = await house.tool("wait");
  const running = tool.execute({}, context(house.host, stop.signal)) as AsyncGenerator<string>;
  assert.deepEqual(await running.next(), { done: false, value: "1" });
  const rest = running.next();
  stop.abort(new Error("the reader left"));
  await assert.rejects(rest, { message: "the reader left" });
  assert.deepEqual(await house.call("waited"), ["1"]);
});

test("a call that takes too long is told so, and stopped at the server", async () => {
  const slow = await start({ slow: { ...manners("good"), timeout_ms: 50 } });
  const tools = createTools(slow.host, [slow.source]);
  const place = context(slow.host, new AbortController().signal);
  const calling = tools.call({ id: "c", name: "wait", arguments: "" }, place);
  let step = await calling.next();
  while (!step.done) step = await calling.next();
  assert.match(JSON.stringify(step.value), /It took longer than 50 ms and was stopped/);
  assert.deepEqual(await slow.call("waited"), ["1"]);
  await slow.stop();
});

test("a tool that fails says why, without repeating a secret", async () => {
  await assert.rejects(house.call("fail"), { code: "upstream_refused", message: "no entry with (hidden)" });
});

test("progress beyond some hundred lines is not shown", async () => {
  const said = await house.call("babble");
  assert.deepEqual([said.length, said[0], said.at(-1)], [201, "0", "done"]);
});

test("a server that floods is slow by itself: it answers, and so do the others", async () => {
  assert.deepEqual(await house.call("flood_echo"), ["{}"]);
  assert.deepEqual(await house.call("good_echo"), ["{}"]);
});

test("a list that changes is followed", async () => {
  const growing = await start({ growing: manners("good") });
  assert.deepEqual(await growing.call("grow"), ["grown"]);
  await until(() => growing.pausing.asked.length === 1);
  growing.pausing.end();
  await until(async () => (await growing.source.tools("me")).some(({ name }) => name === "grown"));
  await growing.stop();
});

test("a server that ends in mid-call fails that call, is missed, and is started anew after longer and longer", async () => {
  const { call, source, problems, pausing, stop, host } = await start({ flighty: manners("good") });
  await assert.rejects(call("leave"), { code: "upstream_broken", message: /The MCP server flighty/ });
  await until(() => pausing.asked.length === 1);
  assert.deepEqual(await source.tools("me"), []);
  assert.match((await problems())[0] ?? "", /^mcp:flighty: Not connected: it ended \(exit code 3\)/);
  assert.match(JSON.stringify(host.logged), /mcp: flighty is not connected/);
  pausing.end();
  await until(async () => (await source.tools("me")).length > 0);
  await assert.rejects(call("leave"));
  await until(() => pausing.asked.length === 2);
  assert.deepEqual(pausing.asked, [1000, 2000]);
  await stop();
});

test("a server that cannot be had is a problem of its own that says what to do and no secret", async () => {
  const { problems, host, stop } = await start(
    {
      hang: manners("hang", "sk-secret"),
      absent: { command: "no-such-program", args: ["--token=sk-secret"] },
      both: { command: "x", url: "http://127.0.0.1:9" },
      refused: { url: "http://user:sk-secret@127.0.0.1:9/mcp" },
      closed: { url: "http://127.0.0.1:9/mcp?key=sk-secret", headers: { authorization: "Bearer sk-secret" } },
    },
    "debug",
  );
  const told = (await problems()).join("\n");
  assert.match(told, /mcp:hang: Not connected: it did not answer in time/);
  assert.match(told, /mcp:absent: Not connected: its program or folder was not found. Correct `command`/);
  assert.match(told, /mcp:both: Not connected: it needs either `command` or `url`/);
  assert.match(told, /mcp:refused: Not connected: it cannot be reached/);
  assert.match(told, /mcp:closed: Not connected: it cannot be reached/);
  const logged = JSON.stringify(host.logged);
  assert.doesNotMatch(`${told}${logged}`, /sk-secret/);
  const pid = Number(/mcp: hang: I am (\d+) and know \(hidden\)/.exec(logged)?.[1]);
  assert.ok(pid > 0 && !alive(pid), "one that does not listen is ended all the same");
  await stop();
});

test("nothing is left of a server after shutdown, nor of what it has started", async () => {
  const { call, stop } = await start({ parent: manners("good") });
  const pids = (await call("children"))[0]?.split(" ").map(Number) ?? [];
  assert.equal(pids.filter(alive).length, 2);
  await stop();
  await until(() => !pids.some(alive)); // they were killed, which the system does in its own time
});
