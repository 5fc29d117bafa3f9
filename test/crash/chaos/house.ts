import { Redis } from "ioredis";
import { startPostgres, type TestPostgres } from "../../support/postgres.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";
import { addPlugin, makeDataFolder } from "../data-folder.ts";
import { freePort, type ServerOptions, type ServerProcess, startServerProcess } from "../server-process.ts";
import { startWordyUpstream } from "../wordy-upstream.ts";

/** A server that is begun anew whenever it is down. Its address stays. */
export type Instance = {
  readonly url: string;
  /** `kill -9`; nothing when it is down. */
  kill(): Promise<void>;
  /** Asks it to stop, and kills it when it has not after half a minute. */
  stop(): Promise<void>;
  /** Freezes it, as a machine that sleeps or swaps is frozen; the connections stay. */
  freeze(): void;
  thaw(): void;
  /** Starts it, again and again until it is ready: without its database or its Redis it ends at once. */
  start(): Promise<void>;
  /** What all its lives wrote to their logs. */
  output(): string;
};

/** Two instances on one PostgreSQL and one Redis, with a scripted model. */
export type House = {
  readonly instances: readonly Instance[];
  readonly postgres: TestPostgres;
  readonly redis: TestRedis;
  flushRedis(): Promise<void>;
  close(): Promise<void>;
};

/** @param plugin of this folder's `careless-store.ts`, put before the store: the control. */
export async function openHouse(users: readonly string[], plugin?: string): Promise<House> {
  const folder = await makeDataFolder(users);
  if (plugin !== undefined) addPlugin(folder.path, "chaos/careless-store.ts", plugin);
  const postgres = await startPostgres();
  const redis = await startRedis();
  const upstream = await startWordyUpstream();
  const instances: Instance[] = [];
  for (let count = 0; count < 2; count += 1) {
    const instance = instanceOf({
      ...{ folder: folder.path, port: await freePort(), upstream: upstream.url },
      env: { DATABASE_URL: postgres.url, REDIS_URL: redis.url, SKELETON_JOB_WORKERS: "2" },
    });
    instances.push(instance);
    await instance.start(); // one after the other: the first one makes the secret
  }
  return {
    ...{ instances, postgres, redis },
    async flushRedis() {
      const client = new Redis(redis.url, { retryStrategy: null, maxRetriesPerRequest: 0 });
      client.on("error", () => {}); // it may be away, and then there is nothing in it
      await client.flushall().catch(() => undefined);
      client.disconnect();
    },
    async close() {
      for (const instance of instances) {
        instance.thaw();
        await instance.kill();
      }
      await upstream.close();
      await redis.remove();
      await postgres.stop();
      folder.remove();
    },
  };
}

function instanceOf(options: ServerOptions): Instance {
  let running: ServerProcess | undefined;
  const outputs: string[] = [];
  const over = () => {
    if (running) outputs.push(running.output());
    running = undefined;
  };
  return {
    url: `http://127.0.0.1:${options.port}`,
    async kill() {
      await running?.kill();
      over();
    },
    async stop() {
      const stopping = running;
      const killing = setTimeout(() => stopping?.child.kill("SIGKILL"), 30_000);
      await stopping?.stop();
      clearTimeout(killing);
      over();
    },
    freeze: () => void running?.child.kill("SIGSTOP"),
    thaw: () => void running?.child.kill("SIGCONT"),
    async start() {
      while (running === undefined) {
        try {
          running = await startServerProcess(options);
        } catch (error) {
          outputs.push(String(error));
        }
      }
    },
    output: () => [...outputs, running?.output() ?? ""].join(""),
  };
}
