import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { connectRedis, type Redis } from "../../../lib/redis.ts";
import type { Bus } from "../../../protocols/bus.ts";
import type { Host } from "../../../protocols/plugin.ts";
import { Beat } from "../beat.ts";
import { defaultKeepClosedMs, memoryBus } from "../memory-bus.ts";
import { followStreams } from "./follow-streams.ts";
import { createMirrors } from "./mirrors.ts";
import { Pace } from "./pace.ts";
import { publishTopic } from "./publish-topic.ts";
import { createTidings } from "./tidings.ts";

/** How long a bus that stops waits until Redis knows the ends of its topics. */
const farewellMs = 1_000;
const jointSubject = "bus/joint";
/** Tells the others whose topics are read here. */
const readSubject = "bus/read";
/** Logs of several instances that open within the same moment begin far from each other, so that no cursor fits two. */
const farApart = 2 ** 40;

/** A topic that is copied, and what ends the copying of one that is gone. */
type Publishing = {
  readonly gone: AbortController;
  readonly keepClosedMs: number;
  readonly pace: Pace;
};

/**
 * The bus of several instances. Whoever reads here what is written here has nothing to do with Redis: the logs are those
 * of the memory bus, and Redis has copies for the others.
 * @throws `config_invalid` when Redis cannot be used.
 */
export async function openRedisBus(url: string, { log, newId }: Pick<Host, "log" | "newId">): Promise<Bus> {
  const commands = await connectRedis(url, "bus", log);
  try {
    return await joinInstances(commands, await connectRedis(url, "followed", log, { blocks: true }), {
      log,
      newId,
    });
  } catch (error) {
    commands.disconnect();
    throw error;
  }
}

async function joinInstances(
  commands: Redis,
  waiting: Redis,
  { log, newId }: Pick<Host, "log" | "newId">,
): Promise<Bus> {
  const id = newId();
  const beat = new Beat();
  const local = memoryBus(beat);
  const over = new AbortController();
  const follower = followStreams(waiting, commands, id);
  const tidings = await createTidings(commands, follower, id, log);
  const following = follower.run(over.signal);
  const { close: closeMirrors, ...mirrors } = createMirrors(commands, follower, beat, (topics) =>
    tidings.tell(readSubject, { topics }),
  );
  const joint = new Set<string>();
  const jointFrom = randomInt(farApart);
  const publishing = new Map<string, Publishing>();
  const copies = new Set<Promise<void>>();

  function publish(name: string, keepClosedMs: number): void {
    const gone = new AbortController();
    const pace = new Pace();
    publishing.set(name, { gone, keepClosedMs, pace });
    const signal = AbortSignal.any([gone.signal, over.signal]);
    const copy = publishTopic(commands, local, { name, keepClosedMs, pace }, signal)
      .catch((error: unknown) => log.warn({ err: error, topic: name }, "others cannot follow a topic"))
      .finally(() => {
        copies.delete(copy);
        if (publishing.get(name)?.gone === gone) publishing.delete(name);
      });
    copies.add(copy);
  }

  tidings.listen(readSubject, ({ topics }) => {
    for (const topic of topics as string[]) publishing.get(topic)?.pace.followClosely();
  });
  tidings.listen(jointSubject, ({ topic, data }) => local.append(topic as string, data as string[]));

  return {
    ...local,
    open(topic, options = {}) {
      if (local.last(topic) !== undefined) return;
      const { reach, firstId = 1, keepClosedMs = defaultKeepClosedMs } = options;
      local.open(topic, { ...options, firstId: reach === "joint" ? firstId + jointFrom : firstId });
      if (reach === "followed") publish(topic, keepClosedMs);
      if (reach === "joint") joint.add(topic);
    },
    append(topic, data) {
      local.append(topic, data);
      if (joint.has(topic)) tidings.tell(jointSubject, { topic, data });
    },
    close(topic) {
      local.close(topic);
      const found = publishing.get(topic);
      if (found === undefined) return;
      found.pace.finish();
      setTimeout(() => found.gone.abort(), found.keepClosedMs).unref();
    },
    others: { ...mirrors, tell: tidings.tell, listen: tidings.listen },
    async shutdown() {
      closeMirrors();
      await local.shutdown?.();
      for (const { pace } of publishing.values()) pace.finish();
      await Promise.race([Promise.all(copies), sleep(farewellMs, undefined, { ref: false })]);
      over.abort();
      commands.disconnect();
      waiting.disconnect();
      await Promise.all([following, ...copies]);
    },
  };
}
