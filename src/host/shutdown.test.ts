import assert from "node:assert/strict";
import { test } from "node:test";
import type { CorePlugin, Host, PluginRole } from "../protocols/plugin.ts";
import { testHost } from "../testkit/test-host.ts";
import { roleMethods } from "./role-methods.ts";

const forever = new Promise<never>(() => {});

function plugin(role: PluginRole, shutdown: () => unknown, needs?: PluginRole): CorePlugin {
  return {
    role,
    name: `the-${role}`,
    create: async (host: Host) => {
      if (needs !== undefined) await host.get(needs);
      const methods = Object.fromEntries(
        Object.keys(roleMethods[role]).map((method) => [method, () => undefined]),
      );
      return { ...methods, shutdown };
    },
  } as unknown as CorePlugin;
}

test("parts are shut down in reverse order of creation; one that hangs and one that throws are passed over", async () => {
  const ended: string[] = [];
  const end = (role: string) => async () => void ended.push(role);
  const host = testHost({
    plugins: [
      plugin("store", end("store")),
      plugin("thread", () => Promise.reject(new Error("no")), "store"),
      plugin("context", () => forever, "thread"),
      plugin("message_processor", end("message_processor"), "context"),
      plugin("bus", end("bus")), // never asked for, so never created
    ],
    shutdownLimitMs: 60,
  });
  await host.get("message_processor");
  const begun = performance.now();
  await host.shutdown();
  assert.ok(performance.now() - begun < 1000, "the limit holds in all");
  assert.deepEqual(ended, ["message_processor", "store"]);
  const errors = host.logged.filter(({ level }) => level === "error").map(({ message }) => message);
  assert.equal(errors.length, 2);
  assert.match(errors[0] ?? "", /the-context did not end within \d+ ms/);
  assert.match(errors[1] ?? "", /the-thread failed/);
});

test("shutting down twice is shutting down once", async () => {
  let count = 0;
  const host = testHost({ plugins: [plugin("bus", () => count++)] });
  await host.get("bus");
  await Promise.all([host.shutdown(), host.shutdown()]);
  await host.shutdown();
  assert.equal(count, 1);
});

test("while it stops, the parts that are there can be used and no new one is created", async () => {
  const host = testHost({ plugins: [plugin("bus", () => undefined), plugin("queue", () => undefined)] });
  const bus = await host.get("bus");
  const stopped = host.shutdown();
  assert.equal(await host.get("bus"), bus);
  await assert.rejects(host.get("queue"), { code: "shutting_down" });
  await stopped;
});

test("a part that is being created when the server stops is shut down as well", async () => {
  let finish = () => {};
  const slow = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let ended = 0;
  const bus = plugin("bus", () => ended++);
  const late: CorePlugin = {
    ...bus,
    create: (...given: Parameters<typeof bus.create>) => slow.then(() => bus.create(...given)),
  };
  const host = testHost({ plugins: [late], shutdownLimitMs: 5 });
  const asked = host.get("bus");
  await host.shutdown();
  assert.equal(ended, 0);
  finish();
  await asked;
  assert.equal(ended, 1);
});

test("background tasks are aborted before parts go, and one that goes on is logged by name", async () => {
  const order: string[] = [];
  const host = testHost({ plugins: [plugin("bus", () => order.push("bus"))], shutdownLimitMs: 40 });
  await host.get("bus");
  host.background("tidy", async (signal) => {
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    order.push("tidy");
    signal.throwIfAborted();
  });
  host.background("stubborn", () => forever);
  await host.shutdown();
  assert.deepEqual(order, ["tidy", "bus"]);
  const errors = host.logged.filter(({ level }) => level === "error").map(({ message }) => message);
  assert.equal(errors.length, 1, errors.join());
  assert.match(errors[0] ?? "", /stubborn did not end within \d+ ms/);
  host.background("too late", () => assert.fail("a stopped server begins nothing"));
});

test("a background task that fails is logged under its name, whether it throws at once or later", async () => {
  const host = testHost();
  host.background("later", async () => Promise.reject(new Error("oh")));
  host.background("at-once", () => {
    throw new Error("ah");
  });
  await new Promise(setImmediate);
  const failed = host.logged.map(({ fields }) => Reflect.get(fields, "task")).sort();
  assert.deepEqual(failed, ["at-once", "later"]);
  await host.shutdown();
});

test("a part is shut down before the one below it, whose shutdown it may have taken over with the rest", async () => {
  const ended: string[] = [];
  const ground = { ...plugin("bus", () => ended.push("ground")), priority: 0 };
  const middle: CorePlugin<"bus"> = {
    ...{ role: "bus", name: "middle", priority: 1 },
    create: async (_host, below) => ({ ...(await below()) }),
  };
  const top: CorePlugin<"bus"> = {
    ...{ role: "bus", name: "top", priority: 2 },
    create: async (_host, below) => ({ ...(await below()), shutdown: async () => void ended.push("top") }),
  };
  const host = testHost({ plugins: [ground, middle, top] });
  await host.get("bus");
  await host.shutdown();
  assert.deepEqual(ended, ["top", "ground"]);
});
