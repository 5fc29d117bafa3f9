import type { FoundPlugin, PluginFault, ReadPlugin } from "./plugin-folder.ts";

/**
 * What is used of what was read: where two have one name, the first has it, and the other is told.
 * @param what such a plugin is called, with its article.
 */
export function eachNameOnce<Plugin extends { readonly name: string }>(
  read: readonly ReadPlugin<Plugin>[],
  what: string,
  nameOf: (plugin: Plugin) => string = ({ name }) => name,
): { readonly found: readonly FoundPlugin<Plugin>[]; readonly problems: readonly PluginFault[] } {
  const named = new Map<string, FoundPlugin<Plugin>>();
  const problems: PluginFault[] = [];
  for (const one of read) {
    if ("problem" in one) {
      problems.push(one);
      continue;
    }
    const name = nameOf(one.plugin);
    const first = named.get(name);
    if (first === undefined) named.set(name, one);
    else {
      const problem = `${name} is the name of ${what} in ${first.source}; rename one of them`;
      problems.push({ source: one.source, problem });
    }
  }
  return { found: [...named.values()], problems };
}
