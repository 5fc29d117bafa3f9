import type { ChatRole, ChatRoles } from "../protocols/chat-roles.ts";
import { type RoleEntry, type RoleEntryFault, readRoleFile } from "./role-file.ts";
import { foldedName } from "./role-texts.ts";

/** What becomes of an entry of a file; `why` stands where it is `refused`. */
export type ImportedRole = {
  readonly name: string;
  readonly change: "new" | "changed" | "same" | "refused";
  readonly why?: RoleEntryFault;
};

/**
 * Takes a file of chat roles among a user's own: those of names that are new are made, those of names that are there get
 * the file's text. One that breaks off is simply done again.
 * @param request.dryRun only says what would happen.
 * @returns a line for each entry, in the file's order.
 * @throws `bad_input` as `readRoleFile`; whatever the roles refuse.
 */
export async function importRoles(
  roles: ChatRoles,
  request: { readonly userId: string; readonly content: string; readonly dryRun: boolean },
): Promise<readonly ImportedRole[]> {
  const { userId, content, dryRun } = request;
  const entries = readRoleFile(content);
  const own = new Map<string, ChatRole>();
  for (const role of await roles.listRoles({ userId }))
    if (!role.shared) own.set(foldedName(role.name), role);
  const lines: ImportedRole[] = [];
  for (const entry of entries) {
    const there = own.get(foldedName(entry.name));
    const line = lineOf(entry, there);
    lines.push(line);
    if (dryRun || entry.fault !== undefined) continue;
    if (line.change === "new") await roles.createRole({ userId, ...entry });
    else if (line.change === "changed" && there) await roles.updateRole({ userId, id: there.id }, entry);
  }
  return lines;
}

function lineOf(entry: RoleEntry, there: ChatRole | undefined): ImportedRole {
  const { name } = entry;
  if (entry.fault !== undefined) return { name, change: "refused", why: entry.fault };
  if (there === undefined) return { name, change: "new" };
  const same = there.name === name && there.instructions === entry.instructions;
  return { name, change: same ? "same" : "changed" };
}
