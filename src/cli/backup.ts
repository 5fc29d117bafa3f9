import { join } from "node:path";
import { Command } from "commander";
import { backUpDatabase } from "../core/stores/sqlite/back-up.ts";
import { SkeletonError } from "../lib/errors.ts";
import type { Config } from "../protocols/config.ts";
import { configurationFor } from "./configuration.ts";
import { addSettingFlags } from "./setting-flags.ts";

/** `skeleton backup`: a copy of the SQLite database, while the server runs or not. */
export function backupCommand(): Command {
  const command = new Command("backup")
    .description("Copy the database into a file that can be put in its place, while the server runs or not.")
    .argument("<file>", "the copy; one that is there is replaced once the new one is whole")
    .allowExcessArguments(false);
  const flags = addSettingFlags(command);
  return command.action(async (file: string) => {
    const { config: configFile } = command.optsWithGlobals<{ config?: string }>();
    const { config } = await configurationFor({
      flags: flags(),
      ...(configFile === undefined ? {} : { configFile }),
    });
    const bytes = await backUpDatabase(databaseToCopy(config), file);
    process.stderr.write(`${file}: ${(bytes / 2 ** 20).toFixed(1)} MiB\n`);
  });
}

/** The file of the database. @throws `bad_input` when it is in no file. */
export function databaseToCopy({ mode, database_url, data_path, database_filename }: Config): string {
  if (mode === "ephemeral")
    throw new SkeletonError("bad_input", "In ephemeral mode there is nothing to copy.", {
      hint: "Name the configuration of the server that keeps something.",
    });
  if (database_url !== undefined)
    throw new SkeletonError("bad_input", "The database is on PostgreSQL, which has tools for this.", {
      hint: "Use `pg_dump --format=custom`, or what backs up your other databases: docs/deployment.md.",
    });
  return join(data_path, database_filename);
}
