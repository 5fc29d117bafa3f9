import { badInput } from "../../lib/errors.ts";

/** Which users of the source are whose here. */
export type UserMap = {
  /** Whose a thread becomes; `undefined` leaves it out. */
  readonly userHere: (user: string) => string | undefined;
  /** Those of whom nobody knows who they are here. */
  readonly unknown: readonly string[];
  /** Those that were left out on purpose. */
  readonly leftOut: readonly string[];
};

/**
 * Users keep their names, unless `renames` (`OLD=NEW`) says otherwise; `OLD=` leaves one out.
 * @param here the users of this server; `undefined`: they come from elsewhere, and any name is somebody's.
 * @throws `bad_input` for a rename of nobody, or to somebody who is not here.
 */
export function mapUsers(
  there: readonly string[],
  here: readonly string[] | undefined,
  renames: readonly string[],
): UserMap {
  const isHere = (name: string) => here === undefined || here.includes(name);
  const renamed = new Map<string, string>();
  for (const rename of renames) {
    const at = rename.lastIndexOf("=");
    const [from, to] = [rename.slice(0, at), rename.slice(at + 1).normalize("NFC")];
    if (at < 1) throw badInput(`--user ${rename} renames nobody.`, "Write --user OLD=NEW.");
    if (!there.includes(from))
      throw badInput(
        `The original has no threads of ${JSON.stringify(from)}.`,
        `It has those of: ${there.join(", ")}.`,
      );
    if (to !== "" && !isHere(to))
      throw badInput(
        `There is no user ${JSON.stringify(to)} here.`,
        `Make one first: skeleton users -u ${to}`,
      );
    renamed.set(from, to);
  }
  const users = new Map<string, string>();
  const unknown: string[] = [];
  const leftOut: string[] = [];
  for (const user of there) {
    const name = renamed.get(user) ?? user.trim().normalize("NFC");
    if (name === "") leftOut.push(user);
    else if (isHere(name)) users.set(user, name);
    else unknown.push(user);
  }
  return { userHere: (user) => users.get(user), unknown, leftOut };
}
