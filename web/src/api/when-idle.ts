import type { QueryClient, QueryKey } from "@tanstack/react-query";

/**
 * Resolves at a moment when nothing is being loaded there. What is on its way may be older than what is known by now, and
 * would write over it when it arrives: whoever changes the cache by hand does so in that moment.
 */
export async function whenIdle(client: QueryClient, ...queryKeys: readonly QueryKey[]): Promise<void> {
  for (;;) {
    const loading = queryKeys.flatMap((queryKey) =>
      client.getQueryCache().findAll({ queryKey, fetchStatus: "fetching" }),
    );
    if (loading.length === 0) return;
    await Promise.all(loading.map(({ promise }) => promise?.catch(() => {}))); // whoever asked for it is told
  }
}

/** Has everything loaded again that is kept there; also what is only on its way, and may be too old when it comes. */
export async function reload(client: QueryClient, queryKey: QueryKey): Promise<void> {
  const isFirst = client
    .getQueryCache()
    .findAll({ queryKey, fetchStatus: "fetching" })
    .some(({ state }) => state.data === undefined); // a first load is not begun anew by being asked for again
  if (isFirst) await whenIdle(client, queryKey);
  await client.invalidateQueries({ queryKey });
}
