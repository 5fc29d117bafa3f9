import { readFile, realpath } from "node:fs/promises";
import { basename } from "node:path";
import { type Document, isMap, type YAMLMap } from "yaml";
import { SkeletonError } from "../../lib/errors.ts";
import { withFileLock } from "./file-lock.ts";
import { nameOf, parseUsers, parseUsersDocument, type UsersFile } from "./users-file.ts";
import { replaceFile } from "./write-file.ts";

/** What to write for a user; what is absent stays as it is, `model_mask: null` removes the mask. */
export type UserChange = {
  readonly hash?: string;
  readonly role?: string;
  readonly model_mask?: string | null;
};

/** What an edit sees and may do; `name` is canonical. */
export type UsersEdit = {
  /** The users as they are now; nobody else can change them until the edit is over. */
  readonly before: UsersFile;
  set(name: string, change: UserChange): void;
  /** @returns whether there was such an entry. */
  remove(name: string): boolean;
};

/**
 * Changes the users file: one writer at a time, all or nothing, comments kept, mode 600. A missing file counts as empty.
 * @throws `bad_input` when any entry of the result would be bad (nothing is written then); `conflict` when another
 * writer holds on; whatever `edit` throws; the system's error when the file cannot be read or written.
 */
export async function editUsers(
  path: string,
  edit: (users: UsersEdit) => Promise<void> | void,
): Promise<void> {
  // A rename would replace a symbolic link by a file, and the real one would be left behind.
  const target = await realpath(path).catch(() => path);
  await withFileLock(target, async () => {
    const text = await readOrEmpty(target);
    const document = parseUsersDocument(text);
    const before = await soundOrThrow(text, target);
    if (!isMap(document.contents)) document.contents = document.createNode({}) as YAMLMap;
    const map = document.contents as YAMLMap;
    await edit({
      before,
      set: (name, change) => setUser(document, map, name, change),
      remove: (name) => removeUser(map, name),
    });
    const result = document.toString({ lineWidth: 0 });
    if (result === text) return;
    const { faults } = await soundOrThrow(result, target);
    if (faults.length > 0)
      throw new SkeletonError(
        "bad_input",
        `Nothing was saved: ${faults.map(({ name, fault }) => `${JSON.stringify(name)} ${fault}`).join("; ")}.`,
        { hint: `Correct these entries of ${basename(path)} first.` },
      );
    await replaceFile(target, result);
  });
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

async function soundOrThrow(text: string, path: string): Promise<UsersFile> {
  const users = await parseUsers(text);
  if ("broken" in users)
    throw new SkeletonError("bad_input", `${basename(path)} cannot be read: ${users.broken}`, {
      hint: "Correct the file by hand, or move it away to begin anew.",
    });
  return users;
}

const indexOf = (map: YAMLMap, name: string) => map.items.findIndex((pair) => nameOf(pair) === name);

function setUser(document: Document, map: YAMLMap, name: string, change: UserChange): void {
  const found = map.items[indexOf(map, name)];
  const given = Object.entries(change).filter(([, value]) => value !== undefined && value !== null);
  if (found === undefined || !isMap(found.value)) {
    const pair = document.createPair(name, Object.fromEntries(given));
    if (found === undefined) map.items.push(pair as (typeof map.items)[number]);
    else found.value = pair.value;
    return;
  }
  for (const [key, value] of given) found.value.set(key, value);
  if (change.model_mask === null) found.value.delete("model_mask");
}

function removeUser(map: YAMLMap, name: string): boolean {
  const at = indexOf(map, name);
  if (at < 0) return false;
  map.items.splice(at, 1);
  return true;
}
