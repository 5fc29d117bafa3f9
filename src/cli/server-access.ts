import { readDotEnv } from "../host/config-environment.ts";
import { given } from "../lib/given.ts";
import type { ServerAccess } from "./server-client.ts";

/** What a command's flags say of the server; each stands before its variable. */
export type ServerFlags = { readonly url?: string; readonly token?: string; readonly user?: string };

/** The server that flags, environment and `.env` name, and who is asking; without an address, no server is meant. */
export async function serverAccess(
  flags: ServerFlags,
): Promise<{ readonly access?: ServerAccess; readonly user?: string }> {
  const variables = { ...(await readDotEnv(process.cwd())).variables, ...process.env };
  const url = flags.url ?? (variables.SKELETON_URL || undefined);
  const username = flags.user ?? (variables.SKELETON_USER || undefined);
  const token = flags.token ?? (variables.SKELETON_TOKEN || undefined);
  const password = variables.SKELETON_PASSWORD || undefined;
  const known = username !== undefined && password !== undefined;
  const credentials = known ? { username, password } : undefined;
  const access = url === undefined ? undefined : { url, ...given({ token, credentials }) };
  return given({ access, user: username });
}
