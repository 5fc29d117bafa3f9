import { text } from "node:stream/consumers";
import type { RunningHost } from "../../host/create-host.ts";
import { SkeletonError } from "../../lib/errors.ts";
import { usersHere } from "../users-here.ts";
import { bringOver } from "./bring-over.ts";
import { type BroughtRoles, bringRoles } from "./bring-roles.ts";
import { measureChat2AnyLlm, readRoles, readSessions, type StoredRole } from "./chat2anyllm-source.ts";
import { openReading } from "./postgres.ts";
import { progressOf } from "./progress.ts";
import { type LeftOut, summaryText } from "./summary.ts";

export type Chat2AnyLlmFlags = {
  readonly user: string;
  readonly model?: string;
  readonly dryRun?: boolean;
};

/** Brings the sessions and roles of a database over, which belonged to everybody there. @returns the summary. */
export async function importChat2AnyLlm(
  host: RunningHost,
  address: string,
  { user, model = "", dryRun = false }: Chat2AnyLlmFlags,
): Promise<string> {
  const userId = user.trim().normalize("NFC");
  await checkUser(host, userId);
  const reading = await openReading(
    address === "-" ? (await text(process.stdin)).trim() : address,
    process.env,
  );
  try {
    const size = await measureChat2AnyLlm(reading);
    const stored = await readRoles(reading);
    const roles = await bringRolesTo(host, userId, stored, dryRun);
    const sessions = readSessions(reading, {
      ...{ userId, model, roles: stored },
      promptOf: (role) => roles?.keys.get(role),
    });
    const progress = progressOf(size);
    const parts = { threads: await host.get("thread"), context: await host.get("context") };
    const brought = await bringOver(parts, sessions, { dryRun, onProgress: progress.at }).finally(
      progress.end,
    );
    const leftOut: LeftOut[] =
      roles === undefined && stored.length > 0
        ? [{ what: `${stored.length} roles: the plugin that keeps system prompts here keeps no chat roles` }]
        : [];
    return summaryText(brought, { dryRun, roles, leftOut });
  } finally {
    await reading.close();
  }
}

async function checkUser(host: RunningHost, userId: string): Promise<void> {
  if (host.resolved().auth?.file !== undefined) return; // accounts come from elsewhere, and nobody lists them
  const names = await usersHere(host.config);
  if (names.includes(userId)) return;
  throw new SkeletonError("bad_input", `There is no user ${JSON.stringify(userId)}.`, {
    hint:
      names.length === 0
        ? "Make one with `skeleton users -u NAME`, then import again."
        : `Say whose the sessions become: --user ${names.join(" | ")}`,
  });
}

async function bringRolesTo(
  host: RunningHost,
  userId: string,
  stored: readonly StoredRole[],
  dryRun: boolean,
): Promise<BroughtRoles | undefined> {
  const { roles } = await host.get("system_prompt");
  return roles && bringRoles(roles, userId, stored, { dryRun });
}
