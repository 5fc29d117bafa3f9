import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseUsers } from "../core/auth/users-file.ts";
import { SkeletonError } from "../lib/errors.ts";
import type { Config } from "../protocols/config.ts";

export type WhereUsersAre = Pick<Config, "mode" | "data_path" | "users_filename">;

/** Who is in the users file; nobody when there is none. @throws `bad_input` when it cannot be understood. */
export async function usersHere({
  mode,
  data_path,
  users_filename,
}: WhereUsersAre): Promise<readonly string[]> {
  if (mode === "ephemeral") return ["default"];
  const path = join(data_path, users_filename);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const users = await parseUsers(text);
  if ("broken" in users)
    throw new SkeletonError("bad_input", `${path} cannot be read: ${users.broken}`, {
      hint: "Correct it; `skeleton users --validate` checks it.",
    });
  return [...users.accounts.keys()];
}
