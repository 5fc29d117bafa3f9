/** The first version that runs everything here. */
const oldest = 24;

/** What to tell somebody whose Node is too old, or `undefined`. */
export function nodeFault(version: string): string | undefined {
  if (Number.parseInt(version, 10) >= oldest) return undefined;
  return `Skeleton needs Node ${oldest} or newer, and this is Node ${version}: install a newer one from https://nodejs.org.`;
}
