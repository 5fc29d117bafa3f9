import { cursorLost } from "../../lib/cursor-lost.ts";
import type { Bus } from "../../protocols/bus.ts";
import { Beat } from "./beat.ts";
import { TopicLog } from "./topic-log.ts";

export const defaultKeepClosedMs = 60_000;

/** The bus of one process: logs in memory. */
export function memoryBus(beat = new Beat()): Bus {
  const topics = new Map<string, { readonly log: TopicLog; readonly keepClosedMs: number }>();
  const timers = new Set<NodeJS.Timeout>();

  return {
    open(topic, options = {}) {
      if (topics.has(topic)) return;
      topics.set(topic, {
        log: new TopicLog(beat, options),
        keepClosedMs: options.keepClosedMs ?? defaultKeepClosedMs,
      });
    },
    append(topic, data) {
      const log = topics.get(topic)?.log;
      if (log && !log.closed && data.length > 0) log.append(data);
    },
    read(topic, after, signal) {
      const log = topics.get(topic)?.log;
      if (!log) throw cursorLost();
      return log.read(after, signal);
    },
    last(topic) {
      const log = topics.get(topic)?.log;
      return log ? log.end - 1 : undefined;
    },
    close(topic) {
      const found = topics.get(topic);
      if (!found || found.log.closed) return;
      found.log.close();
      const timer = setTimeout(() => {
        timers.delete(timer);
        topics.delete(topic);
      }, found.keepClosedMs);
      timer.unref();
      timers.add(timer);
    },
    async shutdown() {
      for (const { log } of topics.values()) log.close();
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      topics.clear();
    },
  };
}
