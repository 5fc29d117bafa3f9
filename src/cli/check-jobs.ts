import { existsSync } from "node:fs";
import { join } from "node:path";
import { examineDatabase } from "../core/stores/postgres/examine-database.ts";
import type { RunningHost } from "../host/create-host.ts";
import type { Config } from "../protocols/config.ts";
import { type Check, check } from "./check.ts";

/** More than so many are not counted. */
const most = 1_000;

/** Who runs jobs, and how many wait. Nothing is made that is not there yet. */
export async function checkJobs(host: RunningHost): Promise<readonly Check[]> {
  const { workers } = host.config.jobs;
  const who =
    workers === 0
      ? "none are run by the server: start `skeleton worker` beside it"
      : `the server runs ${workers} at once`;
  return [await check("jobs", async () => `${who}; ${await waiting(host)}`)];
}

/** Whether there is a database that could hold some. @throws what is wrong with it. */
async function isMade({ mode, data_path, database_filename, database_url }: Config): Promise<boolean> {
  if (mode === "ephemeral") return false;
  if (database_url !== undefined) return (await examineDatabase(database_url)).made;
  return existsSync(join(data_path, database_filename));
}

async function waiting(host: RunningHost): Promise<string> {
  if (host.resolved().store?.file === undefined && !(await isMade(host.config))) return "none wait";
  const store = await host.get("store");
  if ((await store.findStore("jobs")) === undefined) return "none wait";
  const { length } = await store.findAll("jobs", { where: { state: "queued" }, limit: most });
  return length === 0 ? "none wait" : `${length}${length === most ? " or more" : ""} wait`;
}
