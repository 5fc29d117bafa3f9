import { randomInt } from "node:crypto";
import type { Peer } from "../../../lib/peer.ts";
import type { Bus, BusBatch, OtherInstances } from "../../../protocols/bus.ts";
import type { JsonObject } from "../../../protocols/json.ts";
import { defaultKeepClosedMs, memoryBus } from "../memory-bus.ts";

/** A reader of a turn waits no longer than this for another worker before it is told from the store. */
const patienceMs = 500;
const jointSubject = "bus/joint";
/** Logs of several workers that open within the same moment begin far from each other, so that no cursor fits two. */
const farApart = 2 ** 40;

/** What is asked for when a topic is read. */
export type TopicAsk = { readonly topic: string; readonly after?: number };
/** What comes then: whether the topic is there, and its batches. */
export type TopicItem = { readonly found: boolean } | BusBatch;
/** What the primary is told of one's topics. */
export type TopicNews = { readonly topic: string };
/** What one tells all others. */
export type Tiding = { readonly subject: string; readonly message: JsonObject };

/**
 * The bus of one of several workers of this machine. Logs are where they are written, as in one process; another worker
 * reads one by asking for it through the primary, which knows who has what. So a token that nobody watches elsewhere costs
 * nothing.
 */
export function workersBus(primary: Peer): Bus {
  const local = memoryBus();
  /** Topics that others may ask for and that are not closed yet, and how long each can be read after that. */
  const followed = new Map<string, number>();
  const joint = new Set<string>();
  const jointFrom = randomInt(farApart);

  primary.serve(
    "topic",
    async function* ({ topic, after }: TopicAsk, signal: AbortSignal): AsyncGenerator<TopicItem> {
      if (local.last(topic) === undefined) yield { found: false };
      else {
        const log = local.read(topic, after, signal);
        yield { found: true };
        yield* log;
      }
    },
    { steady: true },
  );

  primary.serve("anything new", async function* () {
    yield true; // whatever there is went before it
  });

  const others: OtherInstances = {
    async read(topic, after, signal) {
      const leaving = new AbortController();
      const reading = primary.ask<TopicItem>(
        "topic",
        { topic, ...(after !== undefined && { after }) } satisfies TopicAsk,
        AbortSignal.any([signal, leaving.signal]),
      );
      const late = setTimeout(() => leaving.abort(), patienceMs);
      try {
        const first = await reading.next();
        if (!first.value || !("found" in first.value) || !first.value.found) return undefined;
        signal.addEventListener("abort", () => void reading.return(), { once: true });
        return batchesOf(reading, signal);
      } catch (error) {
        if (leaving.signal.aborted || signal.aborted) return undefined;
        throw error;
      } finally {
        clearTimeout(late);
      }
    },
    tell: (subject, message) => primary.tell("tiding", { subject, message } satisfies Tiding),
    listen: (subject, hear) =>
      primary.hear<Tiding>("tiding", (tiding) => {
        if (tiding.subject === subject) hear(tiding.message);
      }),
  };
  others.listen(jointSubject, ({ topic, data }) => local.append(topic as string, data as string[]));

  return {
    ...local,
    open(topic, options = {}) {
      if (local.last(topic) !== undefined) return;
      const { reach, firstId = 1, keepClosedMs = defaultKeepClosedMs } = options;
      local.open(topic, { ...options, firstId: reach === "joint" ? firstId + jointFrom : firstId });
      if (reach === "joint") joint.add(topic);
      if (reach !== "followed") return;
      followed.set(topic, keepClosedMs);
      primary.tell("topic opened", { topic } satisfies TopicNews);
    },
    append(topic, data) {
      local.append(topic, data);
      if (joint.has(topic)) others.tell(jointSubject, { topic, data });
    },
    close(topic) {
      local.close(topic);
      const keepMs = followed.get(topic);
      if (keepMs === undefined) return;
      followed.delete(topic);
      setTimeout(() => primary.tell("topic gone", { topic } satisfies TopicNews), keepMs).unref();
    },
    others,
  };
}

/** What is left of the answer, which ends with the signal, also when nobody has begun to read it. */
async function* batchesOf(
  reading: AsyncGenerator<TopicItem, void>,
  signal: AbortSignal,
): AsyncGenerator<BusBatch, void> {
  try {
    for await (const item of reading) if ("data" in item) yield item;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
