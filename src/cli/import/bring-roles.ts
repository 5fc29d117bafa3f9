import { checkCount, checkedInstructions, checkedName } from "../../lib/check-role.ts";
import { codeOf } from "../../lib/errors.ts";
import { roleKey } from "../../lib/role-key.ts";
import type { ChatRole, ChatRoles } from "../../protocols/chat-roles.ts";
import type { StoredRole } from "./chat2anyllm-source.ts";
import { asTyped } from "./html-text.ts";

export type BroughtRoles = {
  readonly added: number;
  readonly there: number;
  /** Roles that have another name here, because there is one of theirs that says something else. */
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
  /** Roles that this server does not take, and why. */
  readonly refused: readonly { readonly name: string; readonly why: string }[];
  /** Key of the system prompt that each has become, by its name as it is stored in the source. */
  readonly keys: ReadonlyMap<string, string>;
};

/** A name has at most so many characters. */
const longestName = 100;

/**
 * Makes each role one of the user's chat roles, under the id it has. One whose name is taken by other instructions gets
 * a number; one that says the same is taken for it. Repeating it adds nothing.
 */
export async function bringRoles(
  roles: ChatRoles,
  userId: string,
  stored: readonly StoredRole[],
  { dryRun }: { readonly dryRun: boolean },
): Promise<BroughtRoles> {
  let [added, there] = [0, 0];
  const renamed: { from: string; to: string }[] = [];
  const refused: { name: string; why: string }[] = [];
  const keys = new Map<string, string>();
  /** By name whatever the case; of one name the user's own comes first. */
  const named = new Map<string, Pick<ChatRole, "id" | "instructions" | "shared">>();
  for (const role of await roles.listRoles({ userId }))
    if (!named.has(folded(role.name))) named.set(folded(role.name), role);

  /** @returns the role's id; `undefined` when the name is taken by other instructions. */
  async function tryName(role: StoredRole, name: string): Promise<string | undefined> {
    const known = named.get(folded(name));
    if (known?.instructions === role.instructions.trim()) {
      there += 1;
      return known.id;
    }
    if (known?.shared === false && dryRun) return undefined;
    if (dryRun) checkRole(role, name);
    const made = dryRun ? undefined : await create(roles, { ...role, userId, name });
    if (!dryRun && made === undefined) return undefined;
    named.set(folded(name), { id: role.id, instructions: role.instructions.trim(), shared: false });
    added += 1;
    return role.id;
  }

  /** What making it would throw. */
  function checkRole({ instructions }: StoredRole, name: string): void {
    checkedName(name);
    checkedInstructions(instructions);
    checkCount([...named.values()].filter(({ shared }) => !shared).length);
  }

  async function bring(role: StoredRole): Promise<string> {
    if ((await roles.getRole({ userId, id: role.id })) !== undefined) {
      there += 1;
      return role.id;
    }
    const name = asTyped(role.name).trim();
    for (let number = 1; ; number += 1) {
      const tried = number === 1 ? name : numbered(name, number);
      const id = await tryName(role, tried);
      if (id === undefined) continue;
      if (tried !== name) renamed.push({ from: name, to: tried });
      return id;
    }
  }

  for (const role of stored) {
    try {
      keys.set(role.name, roleKey(await bring(role)));
    } catch (error) {
      if (codeOf(error) !== "bad_input") throw error;
      refused.push({ name: asTyped(role.name), why: (error as Error).message });
    }
  }
  return { added, there, renamed, refused, keys };
}

const folded = (name: string) => name.normalize("NFC").toLowerCase();

function numbered(name: string, number: number): string {
  const mark = ` (${number})`;
  return `${Array.from(name)
    .slice(0, longestName - mark.length)
    .join("")}${mark}`;
}

/** `undefined` when the user has a role of that name. */
async function create(
  roles: ChatRoles,
  role: Parameters<ChatRoles["createRole"]>[0],
): Promise<ChatRole | undefined> {
  const { userId, name, instructions, id } = role;
  try {
    return await roles.createRole({ userId, name, instructions, ...(id !== undefined && { id }) });
  } catch (error) {
    if (codeOf(error) === "conflict") return undefined;
    throw error;
  }
}
