import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CorePlugin, Host, PluginRole, PluginRoles } from "../protocols/plugin.ts";
import { countingIds, type LoggedLine, recordingLogger, testConfig } from "../testkit/test-host.ts";
import type { PluginCandidate } from "./choose-plugins.ts";
import { createHost, type RunningHost } from "./create-host.ts";
import { pluginRoles, roleMethods } from "./role-methods.ts";

type Part = PluginRoles[PluginRole];
type Extra = {
  readonly create?: (host: Host, below: () => Promise<Part>) => unknown;
  readonly priority?: number;
  readonly file?: string;
};

/** A part with every required method of its role, each of which answers with `mark`. */
function part(role: PluginRole, mark: string, more: object = {}): Part {
  const methods = Object.keys(roleMethods[role]).filter((method) => method !== "shutdown");
  const answers = methods.map((method) => [method, () => mark]);
  return { ...Object.fromEntries(answers), shutdown: async () => {}, ...more } as Part;
}

function candidate(role: PluginRole, name: string, { file, priority, create }: Extra = {}): PluginCandidate {
  const plugin = {
    role,
    name,
    ...(priority === undefined ? {} : { priority }),
    create: create ?? (() => part(role, name)),
  } as CorePlugin;
  return file === undefined ? { plugin } : { plugin, file };
}

function hostOf(plugins: readonly PluginCandidate[], createLimitMs = 1000) {
  const logged: LoggedLine[] = [];
  const host = createHost({
    config: testConfig(),
    log: recordingLogger(logged),
    now: () => new Date(0),
    newId: countingIds(),
    plugins,
    createLimitMs,
  });
  return { host, logged };
}

/** What the first method of the role's part answers: the mark of who made it. */
async function whoAnswers(host: RunningHost, role: PluginRole): Promise<unknown> {
  const [method = ""] = Object.keys(roleMethods[role]);
  return Reflect.get(await host.get(role), method)();
}

describe("choosing a plugin", () => {
  for (const role of pluginRoles) {
    test(`a plugin for ${role} replaces the built-in one`, async () => {
      const { host } = hostOf([candidate(role, "built-in"), candidate(role, "mine", { file: "mine.ts" })]);
      await host.checkRoles();
      assert.equal(await whoAnswers(host, role), "mine");
      assert.deepEqual(host.resolved(), { [role]: { name: "mine", file: "mine.ts", priority: 0 } });
      await host.shutdown();
    });
  }

  test("the highest priority wins, wherever it comes from", async () => {
    const { host, logged } = hostOf([
      candidate("bus", "low", { file: "a.ts", priority: 1 }),
      candidate("bus", "high", { file: "b.ts", priority: 10 }),
      candidate("files", "built-in", { priority: 5 }),
      candidate("files", "weaker", { file: "c.ts", priority: 4 }),
    ]);
    assert.equal(await whoAnswers(host, "bus"), "high");
    assert.equal(await whoAnswers(host, "files"), "built-in");
    assert.ok(
      logged.some(({ message }) => /"low" \(a\.ts\) is not used: .*"high".* higher priority/.test(message)),
    );
    assert.ok(
      logged.some(
        ({ level, message }) => level === "warn" && message.includes('"weaker" (c.ts) is not used'),
      ),
    );
  });

  test("equal priority is decided by file name, and the log says so", async () => {
    const { host, logged } = hostOf([
      candidate("bus", "second", { file: "core/b.ts", priority: 3 }),
      candidate("bus", "first", { file: "core/a.ts", priority: 3 }),
    ]);
    assert.equal(await whoAnswers(host, "bus"), "first");
    const [note] = logged;
    assert.match(note?.message ?? "", /"second" \(core\/b\.ts\) is not used: .*"first".* same priority/);
  });

  test("two plugins of a role with the same name stop the start and are both named", () => {
    const twins = [candidate("bus", "twin", { file: "a.ts" }), candidate("bus", "twin", { file: "b.ts" })];
    assert.throws(() => hostOf(twins), {
      code: "plugin_invalid",
      message: /role bus .*\(a\.ts\) and .*\(b\.ts\)/,
    });
    assert.doesNotThrow(() => hostOf([candidate("bus", "twin"), candidate("queue", "twin")]));
  });

  test("a role that nobody fills is an error that names it", async () => {
    await assert.rejects(hostOf([]).host.get("queue"), { code: "role_missing", message: /queue/ });
  });
});

describe("creating parts", () => {
  for (const role of pluginRoles) {
    test(`a plugin for ${role} that lacks a method stops the start with file, role and method`, async () => {
      const [first = "", ...rest] = Object.keys(roleMethods[role]);
      const create = () => Object.fromEntries(rest.map((method) => [method, () => undefined]));
      const { host } = hostOf([
        candidate(role, "built-in"),
        candidate(role, "half", { file: "core/half.ts", create }),
      ]);
      await assert.rejects(host.checkRoles(), (error: Error & { code?: string }) => {
        assert.equal(error.code, "plugin_invalid");
        for (const word of ["core/half.ts", role, `${first}()`])
          assert.ok(error.message.includes(word), word);
        for (const method of rest) assert.ok(!error.message.includes(`${method}()`), method);
        return true;
      });
    });
  }

  test("a plugin whose create answers nothing, or throws, stops the start with its file and role", async () => {
    const nothing = candidate("bus", "nothing", { file: "core/nothing.ts", create: () => undefined });
    await assert.rejects(hostOf([nothing]).host.checkRoles(), {
      code: "plugin_invalid",
      message: /core\/nothing\.ts.* bus lacks open\(\), append\(\)/,
    });
    const create = () => {
      throw new Error("no luck");
    };
    await assert.rejects(
      hostOf([candidate("bus", "unlucky", { file: "core/unlucky.ts", create })]).host.checkRoles(),
      {
        code: "plugin_invalid",
        message: /core\/unlucky\.ts.* failed in create\(\) for the role bus: no luck/,
      },
    );
  });

  test("a plugin whose create hangs stops the start with its file and role", async () => {
    const stuck = candidate("bus", "stuck", { file: "core/stuck.ts", create: () => new Promise(() => {}) });
    await assert.rejects(hostOf([stuck], 20).host.checkRoles(), {
      code: "plugin_invalid",
      message: /core\/stuck\.ts.* failed in create\(\) for the role bus: not done within 20 ms/,
    });
  });

  test("the check at the start leaves built-in parts alone until they are needed", async () => {
    let created = 0;
    const create = () => {
      created += 1;
      return part("bus", "late");
    };
    const { host } = hostOf([candidate("bus", "late", { create })]);
    await host.checkRoles();
    assert.equal(created, 0);
    await Promise.all([host.get("bus"), host.get("bus"), host.get("bus")]);
    assert.equal(await whoAnswers(host, "bus"), "late");
    assert.equal(created, 1, "asked for by many at once, it is created once");
  });

  test("what the server adds around a part is seen by all who ask, whichever plugin fills the role", async () => {
    const host = createHost({
      config: testConfig(),
      log: recordingLogger([]),
      now: () => new Date(0),
      newId: countingIds(),
      plugins: [candidate("bus", "mine", { file: "mine.ts" })],
      around: { bus: (bus) => ({ ...bus, last: (topic) => (bus.last(topic) ?? 0) + 1 }) },
    });
    const bus = await host.get("bus");
    assert.equal(bus.last("topic"), "mine1");
    assert.equal(await host.get("bus"), bus);
  });

  test("a part that could not be created is tried again by the next who asks", async () => {
    let tries = 0;
    const create = async () => {
      tries += 1;
      if (tries === 1) throw new Error("database is away");
      return part("store", "back");
    };
    const { host } = hostOf([candidate("store", "moody", { create })]);
    await assert.rejects(host.get("store"), /database is away/);
    assert.equal(await whoAnswers(host, "store"), "back");
  });
});

describe("a part that stands on another of its role", () => {
  const standing = (name: string, priority: number): PluginCandidate =>
    candidate("bus", name, {
      ...{ file: `${name}.ts`, priority },
      create: async (_host, below) => {
        const lower = (await below()) as PluginRoles["bus"];
        return { ...lower, last: (topic: string) => `${name} on ${lower.last(topic)}` };
      },
    });

  test("it is given the next in rank, as far down as each asks, and none of them is told to be unused", async () => {
    const { host, logged } = hostOf([candidate("bus", "built-in"), standing("low", 1), standing("high", 2)]);
    await host.checkRoles();
    assert.equal((await host.get("bus")).last("topic"), "high on low on built-in");
    assert.equal(host.resolved().bus?.name, "high");
    assert.deepEqual(logged, []);
    await host.shutdown();
  });

  test("of a part that is of a class all is there to be spread, with its private fields, and it is shut down once", async () => {
    let ended = 0;
    class Ground {
      #said = "a class";
      append = () => {};
      read() {}
      close() {}
      open() {}
      last() {
        return this.#said;
      }
      get private() {
        return this.#said;
      }
      async shutdown() {
        ended += 1;
      }
    }
    class Derived extends Ground {}
    const ground = candidate("bus", "ground", { create: () => new Derived() });
    const { host } = hostOf([ground, standing("high", 2)]);
    const bus = (await host.get("bus")) as PluginRoles["bus"] & { readonly private: string };
    assert.equal(bus.last("topic"), "high on a class");
    assert.equal(bus.private, "a class");
    await host.shutdown();
    assert.equal(ended, 1);
  });

  test("what is around a part is around the whole of it, once", async () => {
    const host = createHost({
      config: testConfig(),
      log: recordingLogger([]),
      now: () => new Date(0),
      newId: countingIds(),
      plugins: [candidate("bus", "built-in"), standing("high", 2)],
      around: { bus: (bus) => ({ ...bus, last: (topic) => `(${bus.last(topic)})` as unknown as number }) },
    });
    assert.equal((await host.get("bus")).last("topic"), "(high on built-in)");
  });

  test("whatever it stands on is created once, however often it asks", async () => {
    let created = 0;
    const ground = candidate("bus", "ground", {
      create: () => {
        created += 1;
        return part("bus", "ground");
      },
    });
    const create = async (_host: Host, below: () => Promise<Part>) => {
      const [one, two] = await Promise.all([below(), below()]);
      assert.equal(one, two);
      return one;
    };
    const { host } = hostOf([ground, candidate("bus", "top", { create, file: "top.ts" })]);
    assert.equal(await whoAnswers(host, "bus"), "ground");
    assert.equal(created, 1);
  });

  test("with nothing below, a failure below or a half part below, the start stops and says so", async () => {
    await assert.rejects(hostOf([standing("alone", 1)]).host.checkRoles(), {
      code: "plugin_invalid",
      message: /alone\.ts.* failed in create\(\) for the role bus: no plugin below it fills the role bus/,
    });
    const half = candidate("bus", "half", { create: () => ({}), file: "half.ts" });
    await assert.rejects(hostOf([half, standing("top", 1)]).host.checkRoles(), {
      code: "plugin_invalid",
      message: /half\.ts.* lacks open\(\)/,
    });
  });
});

describe("parts that need each other", () => {
  const needing = (role: PluginRole, needed: PluginRole) =>
    candidate(role, `the-${role}`, {
      create: async (host) => {
        await host.get(needed);
        return part(role, role);
      },
    });

  test("a chain is created from its ground", async () => {
    const { host } = hostOf([
      needing("context", "thread"),
      needing("thread", "store"),
      candidate("store", "s"),
    ]);
    assert.equal(await whoAnswers(host, "context"), "context");
  });

  test("a circle is an error that names it instead of a wait for ever", async () => {
    const circle = [needing("context", "thread"), needing("thread", "store"), needing("store", "context")];
    await assert.rejects(hostOf(circle).host.get("context"), {
      code: "plugin_invalid",
      message: /store -> context -> thread -> store/,
    });
    await assert.rejects(hostOf([needing("bus", "bus")]).host.get("bus"), { message: /bus -> bus/ });
  });

  test("a circle that two askers close together is found too", async () => {
    const { host } = hostOf([needing("thread", "store"), needing("store", "thread")]);
    const answers = await Promise.allSettled([host.get("thread"), host.get("store")]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      ["rejected", "rejected"],
    );
  });

  test("a circle by way of a finished part's method is found too", async () => {
    const busCreate = (host: Host) => part("bus", "bus", { last: () => host.get("queue") });
    const queueCreate = async (host: Host) => {
      await (await host.get("bus")).last("anything");
      return part("queue", "queue");
    };
    const { host } = hostOf([
      candidate("bus", "b", { create: busCreate }),
      candidate("queue", "q", { create: queueCreate }),
    ]);
    await assert.rejects(host.get("queue"), { code: "plugin_invalid", message: /queue -> queue/ });
  });

  test("parts may need each other once they are there", async () => {
    const create = (host: Host) =>
      part("bus", "bus", { last: async () => whoAnswers(host as RunningHost, "queue") });
    const { host } = hostOf([candidate("bus", "b", { create }), needing("queue", "bus")]);
    assert.equal(await (await host.get("bus")).last("anything"), "queue");
  });
});

test("what a plugin fetches by the host is fetched with the guard, which the configuration opens", async () => {
  const fetchFrom = (allow: readonly string[]) => {
    const config = testConfig({ outbound: { allow: [...allow] } });
    return createHost({ ...quiet, config }).fetch("http://127.0.0.1:1/");
  };
  const quiet = { log: recordingLogger([]), now: () => new Date(0), newId: countingIds(), plugins: [] };
  await assert.rejects(fetchFrom([]), { code: "address_not_allowed" });
  await assert.rejects(fetchFrom(["127.0.0.1:1"]), { code: "upstream_unreachable" });
  assert.throws(() => fetchFrom(["http://x"]), { code: "config_invalid" });
});
