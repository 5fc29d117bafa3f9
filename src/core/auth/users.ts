import { readFile } from "node:fs/promises";
import type { Host } from "../../protocols/plugin.ts";
import { parseUsers, type UsersFile } from "./users-file.ts";

/** How long an answer is used before the file is looked at again. */
const LOOK_AGAIN_MS = 1000;
/** How long the last good users stay while the file is missing, empty or not YAML. */
const GRACE_MS = 5000;

/**
 * `missing`: no file, or nothing in it. `unreadable`: there is something that nobody can make sense of, so nobody
 * knows whether there are users.
 */
export type UsersNow = UsersFile & { readonly state: "good" | "missing" | "unreadable" };

/** Who may sign in at this moment. */
export type Users = {
  now(): Promise<UsersNow>;
  /** Looks at the file whatever the time: for whoever has just changed it. */
  refresh(): Promise<UsersNow>;
};

/**
 * The users file as it is, at most a second old by the host's clock.
 *
 * It is read and compared, at most once a second and only when somebody asks: `fs.watch` hears nothing on many
 * network and container mounts, and times and sizes miss an edit within one tick of the clock. Users files are small.
 *
 * While running, a file that is missing, empty or not YAML keeps the last good users for five seconds: editors write
 * in place or move the old file away first, and an answer in that moment would sign everybody out. After that nobody
 * gets in, which is also what a restart would make of it. An entry that is removed from a good file goes at once.
 */
export function usersFromFile(path: string, host: Pick<Host, "now" | "log">): Users {
  let current: { readonly reading: Reading; readonly users: UsersNow } | undefined;
  let lastGood: UsersNow | undefined;
  let badSince: number | undefined;
  let answer: { readonly users: UsersNow; readonly at: number } | undefined;
  let looking: Promise<UsersNow> | undefined;

  async function look(): Promise<UsersNow> {
    const at = host.now().getTime();
    const reading = await read(path);
    if (current?.reading.kind !== reading.kind || current.reading.content !== reading.content)
      current = { reading, users: await understand(reading) };
    const { users } = current;
    if (users.state === "good") {
      lastGood = users;
      badSince = undefined;
      return users;
    }
    badSince ??= at;
    return lastGood !== undefined && at - badSince < GRACE_MS ? lastGood : users;
  }

  async function understand({ kind, content }: Reading): Promise<UsersNow> {
    if (kind === "error") return refuseAll("unreadable", `The users file cannot be read: ${content}`);
    if (kind === "missing") return refuseAll("missing", "There is no users file");
    if (content.trim() === "") return refuseAll("missing", "The users file is empty");
    const users = await parseUsers(content);
    if ("broken" in users) return refuseAll("unreadable", `The users file cannot be read: ${users.broken}`);
    for (const { name, fault } of users.faults)
      host.log.error({ user: name }, `The user ${JSON.stringify(name)} ${fault}, and cannot sign in`);
    host.log.info({ users: users.accounts.size }, "The users file was read");
    return { ...users, state: "good" };
  }

  function refuseAll(state: "missing" | "unreadable", message: string): UsersNow {
    host.log.warn({ path }, `${message}; nobody can sign in`);
    return { accounts: new Map(), faults: [], state };
  }

  async function lookAndKeep(): Promise<UsersNow> {
    const at = host.now().getTime();
    const users = await look();
    answer = { users, at };
    return users;
  }

  async function now(): Promise<UsersNow> {
    const age = answer === undefined ? Number.POSITIVE_INFINITY : host.now().getTime() - answer.at;
    if (answer !== undefined && age >= 0 && age < LOOK_AGAIN_MS) return answer.users;
    looking ??= lookAndKeep().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  return {
    now,
    async refresh() {
      await looking; // it may have read the file before it was changed
      answer = undefined;
      return now();
    },
  };
}

type Reading = { readonly kind: "text" | "missing" | "error"; readonly content: string };

async function read(path: string): Promise<Reading> {
  try {
    return { kind: "text", content: await readFile(path, "utf8") };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT"
      ? { kind: "missing", content: "" }
      : { kind: "error", content: code ?? String(error) };
  }
}
