import { AsyncLocalStorage } from "node:async_hooks";
import type { PluginRole } from "../protocols/plugin.ts";

/** Who waits for whom while roles are being created. */
export type Waiting = {
  /** Runs the creation of `role`; whatever it asks for, also by way of other parts, is asked on its behalf. */
  creating<T>(role: PluginRole, create: () => Promise<T>): Promise<T>;
  /** The circle that would close if the role now being created waited for `role`, from and to the same role. */
  circle(role: PluginRole): readonly PluginRole[] | undefined;
};

/**
 * Two creations that wait for each other would wait for ever. The asker is known by the async context and not by the
 * host it was given, because a creation may also call a method of a finished part, which then asks for it.
 */
export function waiting(): Waiting {
  const asker = new AsyncLocalStorage<PluginRole>();
  /** Only of roles that are still being created. */
  const waitsFor = new Map<PluginRole, Set<PluginRole>>();

  function path(from: PluginRole, to: PluginRole, seen: ReadonlySet<PluginRole>): PluginRole[] | undefined {
    if (from === to) return [to];
    for (const next of waitsFor.get(from) ?? []) {
      const rest = seen.has(next) ? undefined : path(next, to, new Set([...seen, next]));
      if (rest !== undefined) return [from, ...rest];
    }
    return undefined;
  }

  return {
    async creating(role, create) {
      waitsFor.set(role, new Set());
      try {
        return await asker.run(role, create);
      } finally {
        waitsFor.delete(role);
      }
    },
    circle(role) {
      const asking = asker.getStore();
      const asked = asking === undefined ? undefined : waitsFor.get(asking);
      if (asking === undefined || asked === undefined) return undefined;
      const back = waitsFor.has(role) ? path(role, asking, new Set([role])) : undefined;
      if (back !== undefined) return [asking, ...back];
      asked.add(role);
      return undefined;
    },
  };
}
