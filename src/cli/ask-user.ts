import { SkeletonError } from "../lib/errors.ts";
import { usersHere, type WhereUsersAre } from "./users-here.ts";

/**
 * As whom to ask in this process: the one who was named, else the only user there is.
 * @param listed whether the users file says who there is; where accounts come from elsewhere, somebody must be named.
 * @throws `bad_input` naming the choices.
 */
export async function userFor(
  config: WhereUsersAre,
  listed: boolean,
  wanted: string | undefined,
): Promise<string> {
  if (!listed) {
    if (wanted !== undefined) return wanted;
    throw unclear("Accounts come from a plugin here.", "Say as whom to ask: --user NAME.");
  }
  const names = await usersHere(config);
  const [only, ...others] = names;
  if (wanted !== undefined && names.includes(wanted)) return wanted;
  if (only === undefined)
    throw unclear("There are no users yet.", "Make one with `skeleton users -u NAME`, then ask again.");
  if (wanted !== undefined)
    throw unclear(`There is no user ${JSON.stringify(wanted)}.`, `Users: ${names.join(", ")}.`);
  if (others.length === 0) return only;
  throw unclear(
    "There are several users.",
    `Say as whom to ask, with --user or SKELETON_USER: ${names.join(", ")}.`,
  );
}

const unclear = (message: string, hint: string) => new SkeletonError("bad_input", message, { hint });
