import { randomBytes } from "node:crypto";
import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { SkeletonError } from "../../lib/errors.ts";
import type { Host } from "../../protocols/plugin.ts";
import { createFile } from "./write-file.ts";

/** Shorter ones can be guessed from a single token. */
const MIN_LENGTH = 16;

/** 43 URL-safe characters from 32 random bytes. */
export const newSecret = () => randomBytes(32).toString("base64url");

/**
 * What tokens are signed with: `auth.jwt_secret`, else the file `auth.jwt_secret_file`, else `jwt.secret` in the data
 * folder, which is made on the first start. In ephemeral mode a new one, and no file is touched.
 * @throws `config_invalid` for a secret that is too short, and for a named file that cannot be read: falling through
 * to another secret would sign everybody out without a word.
 */
export async function tokenSecret({ config, log }: Pick<Host, "config" | "log">): Promise<string> {
  if (config.mode === "ephemeral") return newSecret();
  const { jwt_secret: direct, jwt_secret_file: named } = config.auth;
  if (direct !== undefined && direct.trim() !== "") return longEnough(direct, "JWT_SECRET_KEY");
  if (named !== undefined && named.trim() !== "")
    return longEnough(await readNamed(named.trim()), "JWT_SECRET_FILE");

  const path = join(config.data_path, "jwt.secret");
  const existing = await readIfThere(path);
  if (existing !== undefined) {
    if (((await stat(path)).mode & 0o077) !== 0)
      log.warn({ path }, "The token secret can be read by others: set its mode to 600");
    return longEnough(existing, path);
  }
  await mkdir(config.data_path, { recursive: true });
  if (await createFile(path, newSecret()))
    log.info({ path }, "Made a new secret for signing tokens, because there was none");
  return longEnough((await readIfThere(path)) ?? "", path);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(path, error);
  }
}

async function readNamed(path: string): Promise<string> {
  const secret = await readIfThere(path);
  if (secret === undefined) throw unreadable(path, undefined);
  return secret;
}

function longEnough(raw: string, source: string): string {
  const secret = raw.trim();
  if (secret.length >= MIN_LENGTH) return secret;
  throw new SkeletonError(
    "config_invalid",
    `The token secret of ${source} has fewer than ${MIN_LENGTH} characters.`,
    {
      hint: "Make one with `skeleton users --generate-jwt FILE`, or delete the file to have a new one made.",
    },
  );
}

const unreadable = (path: string, cause: unknown) =>
  new SkeletonError("config_invalid", `The token secret in ${path} cannot be read.`, {
    hint: "Check that the file exists and that the server may read it, or leave the setting out.",
    cause,
  });
