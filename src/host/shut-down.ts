import { within } from "../lib/time-limit.ts";
import type { Logger, PluginRole } from "../protocols/plugin.ts";

/** A part that was created and has not been shut down. */
export type LivePart = { readonly role: PluginRole; readonly name: string; readonly part: object };

/**
 * Shuts parts down, the newest first, because an older one never needs a newer one. Each may take `limitMs()`, asked
 * anew for each: one that hangs must leave time for those below it, of which the store is the last.
 */
export async function shutDownParts(parts: LivePart[], limitMs: () => number, log: Logger): Promise<void> {
  const done = new Set<unknown>();
  for (let live = parts.pop(); live !== undefined; live = parts.pop()) {
    const { role, name } = live;
    try {
      const limit = limitMs();
      const late = await within(limit, shutDown(live.part, done), "late");
      if (late === "late") {
        const ms = Math.round(limit);
        log.error({ role, plugin: name, limitMs: ms }, `shutdown: ${name} did not end within ${ms} ms`);
      }
    } catch (error) {
      log.error({ role, plugin: name, err: error }, `shutdown: ${name} failed`);
    }
  }
}

/** A part that took over all of the one below it has that one's `shutdown`, too: it is called once. */
async function shutDown(part: object, done: Set<unknown>): Promise<void> {
  const shutdown: unknown = Reflect.get(part, "shutdown");
  if (typeof shutdown !== "function" || done.has(shutdown)) return;
  done.add(shutdown);
  await shutdown.call(part);
}
