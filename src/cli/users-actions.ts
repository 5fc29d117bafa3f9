import { readFile } from "node:fs/promises";
import { editUsers } from "../core/auth/edit-users.ts";
import { hashPassword, verifyPassword } from "../core/auth/password.ts";
import { newSecret } from "../core/auth/secret.ts";
import { canonicalName } from "../core/auth/user-name.ts";
import { parseUsers } from "../core/auth/users-file.ts";
import { replaceFile } from "../core/auth/write-file.ts";
import { SkeletonError } from "../lib/errors.ts";
import type { Surroundings } from "./users-surroundings.ts";

/** Shorter passwords are accepted, as they always were, with a word about it. */
const SHORT_PASSWORD = 8;

export async function generateSecret(path: string, around: Surroundings): Promise<void> {
  await replaceFile(path, newSecret());
  around.out(`A new token secret is in ${path}.\n`);
}

/** Lists the users of a sound file. @returns `false` for a file that is bad, missing or empty. */
export async function validateUsers(path: string, around: Surroundings): Promise<boolean> {
  const users = await parseUsers(await readFile(path, "utf8"));
  if ("broken" in users) {
    around.err(`${path} cannot be read: ${users.broken}\nCorrect it by hand.\n`);
    return false;
  }
  for (const { name, role, mask } of users.accounts.values())
    around.out(`${name}: role ${role}, ${mask === undefined ? "all models" : `models ${mask}`}\n`);
  for (const { name, fault } of users.faults) around.err(`The user ${JSON.stringify(name)} ${fault}.\n`);
  if (users.accounts.size === 0 && users.faults.length === 0)
    around.err(`${path} has no users.\nAdd one with -u NAME -p PASSWORD.\n`);
  return users.accounts.size > 0 && users.faults.length === 0;
}

export async function deleteUser(path: string, rawName: string, around: Surroundings): Promise<boolean> {
  const name = rawName.trim().normalize("NFC"); // a name that breaks the rules can be deleted too
  let found = false;
  await editUsers(path, ({ remove }) => {
    found = remove(name);
  });
  if (found) around.out(`Removed ${name}.\n`);
  else
    around.err(`There is no user ${JSON.stringify(name)} in ${path}.\nSee --validate for those there are.\n`);
  return found;
}

export type WantedUser = {
  readonly username: string;
  /** `-`: on stdin. Absent: typed at a terminal. */
  readonly password?: string;
  readonly role?: string;
  /** `null`: none any more. */
  readonly mask?: string | null;
};

/** Adds or changes a user. */
export async function setUser(path: string, wanted: WantedUser, around: Surroundings): Promise<boolean> {
  const name = canonicalName(wanted.username);
  const password = await passwordOf(wanted, around);
  if (wanted.role?.trim() === "")
    throw new SkeletonError("bad_input", "The role is empty.", { hint: "Leave -r out, or give a role." });
  let added = false;
  await editUsers(path, async ({ before, set }) => {
    const account = before.accounts.get(name);
    added = account === undefined;
    // The same password keeps its hash: a new one would end the sign-ins that were made with it.
    const same = account !== undefined && (await verifyPassword(password, account.hash));
    const hash = same ? account.hash : await hashPassword(password, { cost: around.hashCost });
    const role = wanted.role?.trim() ?? account?.role ?? "user";
    set(name, {
      hash,
      role,
      ...(wanted.mask === undefined ? {} : { model_mask: wanted.mask }),
    });
  });
  around.out(`${added ? "Added" : "Changed"} ${name}.\n`);
  if ([...password.trim()].length < SHORT_PASSWORD)
    around.err(`The password has fewer than ${SHORT_PASSWORD} characters: others can guess it.\n`);
  return true;
}

async function passwordOf(wanted: WantedUser, { ask, readAll }: Surroundings): Promise<string> {
  if (wanted.password === "-") return (await readAll()).replace(/\r?\n$/, "");
  if (wanted.password !== undefined) return wanted.password;
  if (ask === undefined)
    throw new SkeletonError("bad_input", "A password is needed with -u.", {
      hint: "Add -p PASSWORD, or -p - to read it from stdin.",
    });
  const password = await ask("Password: ");
  if ((await ask("Once more: ")) !== password)
    throw new SkeletonError("bad_input", "The two passwords differ.", { hint: "Try again." });
  return password;
}
