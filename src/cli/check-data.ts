import { constants } from "node:fs";
import { access, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { tokenSecret } from "../core/auth/secret.ts";
import { parseUsers } from "../core/auth/users-file.ts";
import { examineDatabase } from "../core/stores/postgres/examine-database.ts";
import type { RunningHost } from "../host/create-host.ts";
import { SkeletonError } from "../lib/errors.ts";
import { type Check, check } from "./check.ts";

const wrong = (message: string, hint: string) => new SkeletonError("config_invalid", message, { hint });

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Folder, database, users and secret. Nothing is made that is not there yet. */
export async function checkData(
  host: RunningHost,
  sources: ReadonlyMap<string, string>,
): Promise<readonly Check[]> {
  const { config } = host;
  const { auth, store } = host.resolved();
  const checks = [await check("database", () => database(host, store?.file === undefined))];
  if (config.mode === "ephemeral") return checks;
  checks.unshift(await check("data folder", () => dataFolder(config.data_path)));
  if (auth?.file !== undefined) return checks; // accounts come from a plugin
  checks.push(await check("users", () => users(join(config.data_path, config.users_filename))));
  checks.push(await check("token secret", () => secret(host, sources)));
  return checks;
}

async function dataFolder(path: string): Promise<string> {
  const folder = resolve(path);
  if (!(await isThere(folder))) {
    let above = dirname(folder);
    while (!(await isThere(above))) above = dirname(above);
    await access(above, constants.W_OK).catch(() => {
      throw wrong(`${folder} is missing and cannot be made.`, `Make it, or allow writing to ${above}.`);
    });
    return `${folder} is made on the first start`;
  }
  try {
    await rm(await mkdtemp(join(folder, ".doctor-")), { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const hint = `Give the account that runs the server the right to write to it, or set DATA_PATH to another folder.`;
    throw wrong(`${folder} cannot be written to (${code}).`, hint);
  }
  return `${folder} can be written to`;
}

async function database(host: RunningHost, isBuiltIn: boolean): Promise<string> {
  const { mode, data_path, database_filename, database_url } = host.config;
  if (isBuiltIn && mode !== "ephemeral" && database_url !== undefined)
    return (await examineDatabase(database_url)).found;
  const path = join(data_path, database_filename);
  if (isBuiltIn && mode !== "ephemeral" && !(await isThere(path)))
    return `${path} is made on the first start`;
  await (await host.get("store")).ping();
  if (!isBuiltIn) return "the store's plugin answers";
  return mode === "ephemeral" ? "in memory, and answers" : `${path} opens and answers`;
}

async function users(path: string): Promise<string> {
  if (!(await isThere(path)))
    return `${path} is not there yet: the server prints a link for making the first user`;
  const file = await parseUsers(await readFile(path, "utf8"));
  if ("broken" in file) throw wrong(`${path} cannot be read: ${file.broken}`, "Correct it by hand.");
  const count = file.accounts.size;
  const counted = `${path} has ${count} user${count === 1 ? "" : "s"}`;
  if (file.faults.length === 0) return counted;
  const faults = file.faults.map(({ name, fault }) => `${JSON.stringify(name)} ${fault}`);
  throw wrong(
    `${counted}, and entries that cannot be used: ${faults.join("; ")}.`,
    "Correct them, or make them anew with `skeleton users -u NAME`.",
  );
}

async function secret(host: RunningHost, sources: ReadonlyMap<string, string>): Promise<string> {
  const { jwt_secret, jwt_secret_file } = host.config.auth;
  const own = join(host.config.data_path, "jwt.secret");
  const named = Boolean(jwt_secret?.trim() || jwt_secret_file?.trim());
  if (!named && !(await isThere(own))) return `${own} is made on the first start`;
  await tokenSecret(host); // throws where it is unreadable or too short
  if (jwt_secret?.trim()) return `from ${sources.get("auth.jwt_secret") ?? "the configuration"}`;
  return `from ${jwt_secret_file?.trim() || own}`;
}
