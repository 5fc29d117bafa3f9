import type { Asking } from "./connections.ts";

/** Owners whose numbers are remembered. */
const REMEMBERED = 100_000;

/** The numbers that begin every word of their owners in the index. They never change. */
export type Owners = {
  /** Gives one to whoever has none. */
  numbers(userIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** `undefined` for an owner of whom no text is indexed. */
  find(userId: string): Promise<number | undefined>;
};

export function createOwners(ask: Asking): Owners {
  const known = new Map<string, number>();
  const look = async (userIds: readonly string[]) => {
    const rows = await ask("select user_id, number from skeleton_owners where user_id = any($1)", [userIds]);
    if (known.size > REMEMBERED) known.clear();
    for (const [userId, number] of rows) known.set(String(userId), Number(number));
  };
  return {
    async numbers(userIds) {
      for (;;) {
        const found = new Map<string, number>();
        for (const userId of userIds) {
          const number = known.get(userId);
          if (number !== undefined) found.set(userId, number);
        }
        const missing = [...new Set(userIds)].filter((userId) => !found.has(userId));
        if (missing.length === 0) return found;
        await look(missing);
        const unknown = missing.filter((userId) => !known.has(userId));
        if (unknown.length > 0)
          await ask(
            "insert into skeleton_owners (user_id) select unnest($1::text[]) on conflict (user_id) do nothing",
            [unknown],
          );
      }
    },
    async find(userId) {
      if (!known.has(userId)) await look([userId]);
      return known.get(userId);
    },
  };
}
