import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { SkeletonError } from "../../lib/errors.ts";
import { isSameSecret } from "../../lib/is-same-secret.ts";
import type { AuthSetup } from "../../protocols/auth.ts";
import type { Logger } from "../../protocols/plugin.ts";
import { editUsers } from "./edit-users.ts";
import { hashPassword } from "./password.ts";
import type { SetupSecret } from "./setup-secret.ts";
import { canonicalName } from "./user-name.ts";
import type { Users } from "./users.ts";

/** As OWASP ASVS 5.0 asks for at least. */
const MIN_PASSWORD = 8;

/**
 * The way in when there are no users: whoever holds the one-time secret makes the first admin.
 * A users file that cannot be read, or that has nothing but bad entries, is not an empty one, and keeps it shut.
 */
export function firstAdmin(
  path: string,
  users: Users,
  {
    secret,
    log,
    hashCost,
  }: { readonly secret: SetupSecret; readonly log: Logger; readonly hashCost?: number | undefined },
): AuthSetup {
  let open = true; // shut for good once there was anybody: a file that vanishes later opens nothing

  async function stillOpen(): Promise<boolean> {
    if (!open) return false;
    // Not `now()`: for up to a second that would not know of an admin who was made by another process.
    const { accounts, faults, state } = await users.refresh();
    if (accounts.size > 0) open = false;
    return open && faults.length === 0 && state !== "unreadable";
  }

  return {
    async secret() {
      return (await stillOpen()) ? secret.current() : undefined;
    },
    async createFirstAdmin(request) {
      if (!(await stillOpen()) || !isSameSecret(request.secret, await secret.current())) throw refused();
      const username = canonicalName(request.username);
      const hash = await hashPassword(request.password, { minLength: MIN_PASSWORD, cost: hashCost });
      await mkdir(dirname(path), { recursive: true });
      await editUsers(path, ({ before, set }) => {
        // Asked again under the lock: another process may have been first.
        if (before.accounts.size > 0 || before.faults.length > 0) throw refused();
        set(username, { hash, role: "admin" });
      });
      await users.refresh();
      open = false;
      // There is a user, so the link opens nothing; this is for the day on which the file is lost.
      await secret.used().catch((error: unknown) => log.warn({ err: error }, "the used link is still known"));
      return { username, role: "admin" };
    },
  };
}

const refused = () =>
  new SkeletonError("forbidden", "The first account cannot be made with this link.", {
    hint: "Use the link that the server printed at its last start; once there is a user, `skeleton users` makes more.",
  });
