import { createHash } from "node:crypto";

/** A tool by the server that has it and the name that the server gives it. */
export type Origin = { readonly server: string; readonly tool: string };

const MAX_LENGTH = 64;

/**
 * The name by which models call each tool, in the order given. A tool keeps its own name where it is allowed and no
 * other server has it; else it gets `<server>_` in front. All who share a name get it, so that a name never comes to
 * mean another server's tool.
 */
export function toolNames(origins: readonly Origin[]): readonly string[] {
  const owners = new Map<string, number>();
  for (const { tool } of origins) owners.set(tool, (owners.get(tool) ?? 0) + 1);
  const taken = new Set<string>();
  return origins.map((origin) => {
    const bare = owners.get(origin.tool) === 1 && /^[\w-]{1,64}$/.test(origin.tool);
    const wanted = bare ? origin.tool : `${origin.server}_${origin.tool}`.replaceAll(/[^\w-]/g, "_");
    const name = wanted.length > MAX_LENGTH || taken.has(wanted) ? distinct(wanted, origin) : wanted;
    taken.add(name);
    return name;
  });
}

function distinct(name: string, { server, tool }: Origin): string {
  const hash = createHash("sha256").update(`${server}\n${tool}`).digest("hex").slice(0, 8);
  return `${name.slice(0, MAX_LENGTH - 9)}_${hash}`;
}
