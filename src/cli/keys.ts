import { Command, InvalidArgumentError } from "commander";
import { given } from "../lib/given.ts";
import type { WantedKeyRow } from "../lib/key-row.ts";
import { type KeyPlace, keysHere, keysOnServer } from "./keys-places.ts";
import type { LoadMain } from "./main-module.ts";
import { type ServerFlags, serverAccess } from "./server-access.ts";
import { withHost } from "./with-host.ts";

type CreateFlags = {
  readonly scopes: WantedKeyRow["scopes"];
  readonly modelMask?: string;
  readonly limit?: WantedKeyRow["limit"];
  readonly days?: number;
  readonly json?: true;
};

const dayMs = 86_400_000;
const out = (line: string): void => void process.stdout.write(`${line}\n`);

/** `skeleton keys`: a user's API keys, on a running server or in the data folder. */
export function keysCommand(main: LoadMain): Command {
  const keys = new Command("keys")
    .description("List, make and revoke API keys for scripts.")
    .option("--url <url>", "the server (SKELETON_URL); without one, the data folder itself")
    .option("--token <token>", "token for it (SKELETON_TOKEN; or SKELETON_USER and SKELETON_PASSWORD)")
    .option("--user <name>", "whose keys, in the data folder (SKELETON_USER; default: the only user's)");

  keys
    .command("list", { isDefault: true })
    .description("Your keys, the newest first: id, name, scopes, end, last use.")
    .option("--json", "as the server answers")
    .action(
      atPlace(main, async (place, flags: { readonly json?: true }) => {
        const rows = await place.list();
        if (flags.json) return out(JSON.stringify(rows));
        for (const { id, name, scopes, expires_at, last_used_at } of rows)
          out([id, name, scopes.join(","), expires_at ?? "no end", last_used_at ?? "never used"].join("\t"));
      }),
    );

  keys
    .command("create")
    .description("Make a key and print it: this once, since it is kept nowhere.")
    .argument("<name>", "what it is for")
    .option("-s, --scopes <scopes>", "what it may do, out of chat, jobs and read", scopesOf, ["chat", "read"])
    .option("-m, --model-mask <pattern>", "regular expression that must match a model's whole name")
    .option(
      "-l, --limit <calls/seconds>",
      "at most so many calls in so many seconds, such as 100/60",
      limitOf,
    )
    .option("-d, --days <number>", "how long it holds; default: until it is revoked", daysOf)
    .option("--json", "as the server answers")
    .action(
      atPlace(main, async (place, flags: CreateFlags, name: string) => {
        const { scopes, modelMask: model_mask, limit, days } = flags;
        const expires_at = days === undefined ? undefined : new Date(Date.now() + days * dayMs).toISOString();
        const made = await place.create({ name, scopes, ...given({ model_mask, limit, expires_at }) });
        out(flags.json ? JSON.stringify(made) : made.secret);
      }),
    );

  keys
    .command("revoke")
    .description("End a key: whatever uses it stops.")
    .argument("<id>", "as `skeleton keys list` tells it")
    .action(atPlace(main, (place, _flags: object, id: string) => place.revoke(id)));
  return keys;
}

/** What a command does once it has the keys in hand. */
function atPlace<Flags>(
  main: LoadMain,
  act: (place: KeyPlace, flags: Flags, ...words: string[]) => Promise<void>,
) {
  return async (...parsed: unknown[]): Promise<void> => {
    const command = parsed.at(-1) as Command;
    const all = command.optsWithGlobals<ServerFlags & { readonly config?: string }>();
    const { access, user } = await serverAccess(all);
    const run = (place: KeyPlace) => act(place, command.opts<object>() as Flags, ...command.args);
    if (access !== undefined) return run(await keysOnServer(access));
    await withHost(main, { flags: {}, configFile: all.config }, async (host) =>
      run(await keysHere(host, user)),
    );
  };
}

const scopesOf = (text: string): readonly string[] => text.split(",").map((scope) => scope.trim());

function limitOf(text: string): WantedKeyRow["limit"] {
  const [, calls, seconds] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (calls === undefined) throw new InvalidArgumentError("Write it as CALLS/SECONDS, for example 100/60.");
  return { calls: Number(calls), seconds: Number(seconds) };
}

function daysOf(text: string): number {
  const days = Number(text);
  if (!(days > 0 && days <= 36_500)) throw new InvalidArgumentError("Give a number of days, for example 90.");
  return days;
}
