import type { RunningHost } from "../../host/create-host.ts";
import { usersHere } from "../users-here.ts";
import { bringOver } from "./bring-over.ts";
import { mapUsers, type UserMap } from "./map-users.ts";
import { count, progressOf } from "./progress.ts";
import { openSkeletonSource, type SkeletonSource } from "./skeleton-source.ts";
import { type LeftOut, summaryText } from "./summary.ts";

export type SkeletonFlags = {
  /** `OLD=NEW` each. */
  readonly user: readonly string[];
  readonly dryRun?: boolean;
};

/** What became of an import: its summary, and whether everything came over that should. */
export type Imported = { readonly summary: string; readonly complete: boolean };

/** Brings the threads of a database of the Python server over, each to the user of that name. */
export async function importSkeleton(
  host: RunningHost,
  path: string,
  { user: renames, dryRun = false }: SkeletonFlags,
): Promise<Imported> {
  const source = openSkeletonSource(path);
  try {
    const listed = host.resolved().auth?.file === undefined;
    const here = listed ? await usersHere(host.config) : undefined;
    const users = mapUsers([...source.users.keys()], here, renames);
    const parts = { threads: await host.get("thread"), context: await host.get("context") };
    const progress = progressOf(source.size);
    const brought = await bringOver(parts, source.stretches(users.userHere), {
      ...{ dryRun, onProgress: progress.at },
    }).finally(progress.end);
    return {
      summary: summaryText(brought, { dryRun, leftOut: leftOutOf(source, users) }),
      complete: users.unknown.length === 0,
    };
  } finally {
    source.close();
  }
}

function leftOutOf(source: SkeletonSource, { unknown, leftOut }: UserMap): readonly LeftOut[] {
  const threadsOf = (names: readonly string[]) =>
    names.map((name) => `${JSON.stringify(name)} (${count(source.users.get(name) ?? 0)})`).join(", ");
  const unreadable = source.unreadable();
  return [
    ...(unknown.length === 0
      ? []
      : [
          {
            what: `the threads of users who are not here: ${threadsOf(unknown)}`,
            hint: "Make them with `skeleton users -u NAME`, or say --user OLD=NEW (OLD= leaves one out), and import again.",
          },
        ]),
    ...(leftOut.length === 0 ? [] : [{ what: `as you said, the threads of ${threadsOf(leftOut)}` }]),
    ...(unreadable === 0 ? [] : [{ what: `${count(unreadable)} messages that cannot be read` }]),
  ];
}
