import type { CorePlugin } from "../../protocols/plugin.ts";
import { memoryBus } from "./memory-bus.ts";

/** The bus of one process; with `redis_url`, that of all instances which share a Redis. */
export const busPlugin: CorePlugin<"bus"> = {
  role: "bus",
  name: "default",
  async create(host) {
    const { redis_url: url } = host.config;
    if (url === undefined) return memoryBus();
    const { openRedisBus } = await import("./redis/redis-bus.ts"); // most servers have no use for its client
    return openRedisBus(url, host);
  },
};
