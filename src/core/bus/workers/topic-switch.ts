import { cursorLost } from "../../../lib/cursor-lost.ts";
import { codeOf } from "../../../lib/errors.ts";
import { askOnce, type Peer } from "../../../lib/peer.ts";
import type { Tiding, TopicAsk, TopicItem, TopicNews } from "./workers-bus.ts";

type Topic = { readonly owner: Peer; readonly takenOver: AbortController };

/** What stands between the buses of workers, in their primary: it knows who has which topic, and passes on. */
export type TopicSwitch = {
  /** @returns what to call when this worker is gone. */
  join(worker: Peer): () => void;
};

export function createTopicSwitch(): TopicSwitch {
  const workers = new Set<Peer>();
  const topics = new Map<string, Topic>();

  async function* read(asking: Peer, ask: TopicAsk, signal: AbortSignal): AsyncGenerator<TopicItem, void> {
    if (!topics.has(ask.topic)) await heardFrom(asking, signal);
    const topic = topics.get(ask.topic);
    if (topic === undefined || topic.owner === asking) {
      yield { found: false };
      return;
    }
    const { signal: takenOver } = topic.takenOver;
    try {
      yield* topic.owner.ask<TopicItem>("topic", ask, AbortSignal.any([signal, takenOver]));
    } catch (error) {
      if (codeOf(error) === "cursor_lost") throw error;
      if (!signal.aborted) throw cursorLost(); // its worker has died, or another has begun it anew
    }
  }

  /** What the others have opened so far is known then: a line keeps its order. */
  async function heardFrom(asking: Peer, signal: AbortSignal): Promise<void> {
    const others = [...workers].filter((worker) => worker !== asking);
    await Promise.allSettled(others.map((other) => askOnce(other, "anything new", {}, signal)));
  }

  return {
    join(worker) {
      workers.add(worker);
      worker.serve("topic", (ask: TopicAsk, signal) => read(worker, ask, signal));
      worker.hear<TopicNews>("topic opened", ({ topic }) => {
        topics.get(topic)?.takenOver.abort();
        topics.set(topic, { owner: worker, takenOver: new AbortController() });
      });
      worker.hear<TopicNews>("topic gone", ({ topic }) => {
        if (topics.get(topic)?.owner === worker) topics.delete(topic);
      });
      worker.hear<Tiding>("tiding", (tiding) => {
        for (const other of workers) if (other !== worker) other.tell("tiding", tiding);
      });
      return () => {
        workers.delete(worker);
        for (const [name, { owner }] of topics) if (owner === worker) topics.delete(name);
      };
    },
  };
}
