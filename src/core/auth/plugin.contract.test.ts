import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hash } from "@node-rs/bcrypt";
import { stringify } from "yaml";
import type { CorePlugin } from "../../protocols/plugin.ts";
import { authContract } from "../../testkit/auth-contract.ts";
import { memoryStore } from "../../testkit/memory-store.ts";
import { countingIds, type TestHost, testClock, testHost } from "../../testkit/test-host.ts";
import { createYamlAuth, yamlAuthPlugin } from "./plugin.ts";

/** A password that nobody attacks is hashed in a moment. */
const hurriedAuth: CorePlugin<"auth"> = { ...yamlAuthPlugin, create: (host) => createYamlAuth(host, 4) };

/** One data folder, one store and one clock for any number of hosts. */
async function world(mode: "normal" | "ephemeral") {
  const folder = await mkdtemp(join(tmpdir(), "auth-contract-"));
  const clock = testClock();
  const newId = countingIds();
  const store = memoryStore({ now: clock.now, newId });
  const hosts: TestHost[] = [];
  let failing = false;
  const unlessFailing = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (failing) throw new Error("the disk is gone");
    return ask();
  };
  const shared: CorePlugin<"store"> = {
    role: "store",
    name: "shared",
    create: () => ({
      ...store,
      get: (at) => unlessFailing(() => store.get(at)),
      add: (place, data, id) => unlessFailing(() => store.add(place, data, id)),
      transaction: (steps) => unlessFailing(() => store.transaction(steps)),
      shutdown: async () => {}, // it belongs to all
    }),
  };
  return {
    clock,
    usersFile: join(folder, "users.yaml"),
    auth: async () => {
      const host = testHost({
        config: { mode, data_path: folder },
        plugins: [shared, hurriedAuth],
        now: clock.now,
        newId,
      });
      hosts.push(host);
      return host.get("auth");
    },
    failStore: () => {
      failing = true;
    },
    close: async () => {
      for (const host of hosts) await host.shutdown();
      await rm(folder, { recursive: true });
    },
  };
}

const tokenMs = 24 * 3_600_000;

authContract(
  "users.yaml",
  async () => {
    const { auth, clock, usersFile, failStore, close } = await world("normal");
    const ada = { hash: await hash("open sesame", { cost: 4 }), role: "user", model_mask: "beta-.*" };
    const write = (users: object) => writeFile(usersFile, stringify(users));
    await write({ ada });
    return {
      auth: await auth(),
      username: "ada",
      password: "open sesame",
      role: "user",
      allowedModel: "beta-mini",
      forbiddenModel: "alpha-beta-mini",
      tokenMs,
      now: clock.now,
      advance: clock.advance,
      another: auth,
      changeRole: (role) => write({ ada: { ...ada, role } }),
      removeUser: () => write({ bob: ada }),
      failStore,
      close,
    };
  },
  async () => {
    const { auth, close } = await world("normal");
    return { auth: await auth(), another: auth, close };
  },
);

authContract("ephemeral", async () => {
  const { auth, clock, failStore, close } = await world("ephemeral");
  return {
    auth: await auth(),
    username: "default",
    password: "default",
    role: "admin",
    allowedModel: "any",
    tokenMs,
    now: clock.now,
    advance: clock.advance,
    failStore,
    close,
  };
});
