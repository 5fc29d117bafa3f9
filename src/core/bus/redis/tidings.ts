import type { Redis } from "../../../lib/redis.ts";
import type { OtherInstances } from "../../../protocols/bus.ts";
import type { JsonObject } from "../../../protocols/json.ts";
import type { Logger } from "../../../protocols/plugin.ts";
import { keyOf, type StreamEntry } from "./entry.ts";
import type { Follower } from "./follow-streams.ts";

const key = keyOf("tidings");
/** Who was away for a moment still finds what it missed. */
const keep = 1_000;

/**
 * What instances tell each other, in one stream that all of them follow.
 * @param id of this process; what it told itself it does not hear.
 * @throws what Redis does.
 */
export async function createTidings(
  redis: Redis,
  follower: Follower,
  id: string,
  log: Logger,
): Promise<Pick<OtherInstances, "tell" | "listen"> & { close(): void }> {
  const listeners = new Map<string, Set<(message: JsonObject) => void>>();
  const [newest] = await redis.xrevrange(key, "+", "-", "COUNT", 1);

  const hear = ([, [, from, , subject = "", , text = ""]]: StreamEntry) => {
    if (from === id) return;
    const hearing = listeners.get(subject);
    if (hearing === undefined) return;
    const message = JSON.parse(text) as JsonObject;
    for (const listener of hearing) listener(message);
  };
  const close = follower.follow(key, newest?.[0] ?? "0-0", hear);

  return {
    tell(subject, message) {
      redis
        .xadd(
          ...([key, "MAXLEN", "~", keep, "*"] as const),
          ...["from", id, "subject", subject, "message", JSON.stringify(message)],
        )
        .catch((error: unknown) => log.debug({ err: error, subject }, "other instances were not told"));
    },
    listen(subject, listener) {
      const hearing = listeners.get(subject) ?? new Set();
      listeners.set(subject, hearing.add(listener));
      return () => hearing.delete(listener);
    },
    close,
  };
}
