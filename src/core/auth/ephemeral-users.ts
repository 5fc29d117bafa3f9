import { hashPassword } from "./password.ts";
import type { Users, UsersNow } from "./users.ts";

/** The one user of ephemeral mode: `default` with the password `default`, an admin; on no disk. */
export async function ephemeralUsers(): Promise<Users> {
  const cost = 4; // everybody knows the password
  const account = { name: "default", role: "admin", hash: await hashPassword("default", { cost }), cost };
  const users: UsersNow = { accounts: new Map([[account.name, account]]), faults: [], state: "good" };
  return { now: async () => users, refresh: async () => users };
}
