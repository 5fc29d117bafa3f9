import { Command } from "commander";
import { readDotEnv } from "../host/config-environment.ts";
import { SkeletonError } from "../lib/errors.ts";
import { configurationFor } from "./configuration.ts";

/** A server that takes longer is not one that can be worked with. */
const patienceMs = 5_000;

/** `skeleton status`: whether a server runs and can serve. Exit code 1 when it does not, told on stderr. */
export function statusCommand(): Command {
  const command = new Command("status")
    .description("Tell whether the server runs: exit code 0 when it does and can serve, else 1.")
    .option(
      "--url <url>",
      "ask this server (SKELETON_URL); without it, the one that the configuration describes",
    )
    .allowExcessArguments(false);
  return command.action(async () => {
    const { url, config } = command.optsWithGlobals<{ url?: string; config?: string }>();
    const base = (url ?? (await usualUrl(config))).replace(/\/+$/, "");
    await ready(base);
    process.stdout.write(`Skeleton runs at ${base}.\n`);
  });
}

/** Where a server with this configuration listens, seen from this machine. */
async function usualUrl(configFile: string | undefined): Promise<string> {
  const named = { ...(await readDotEnv(process.cwd())).variables, ...process.env }.SKELETON_URL;
  if (named) return named;
  const { config } = await configurationFor(configFile === undefined ? {} : { configFile });
  if (config.port === 0)
    throw new SkeletonError("config_invalid", "With port 0 nobody knows where the server listens.", {
      hint: "Give --url, or set SKELETON_URL.",
    });
  const host = config.host === "0.0.0.0" || config.host === "::" ? "127.0.0.1" : config.host;
  return `http://${host.includes(":") ? `[${host}]` : host}:${config.port}`;
}

async function ready(base: string): Promise<void> {
  if (!URL.canParse(base) || !/^https?:/.test(base))
    throw new SkeletonError("bad_input", `${JSON.stringify(base)} is not the address of a server.`, {
      hint: "Give it as http://HOST:PORT.",
    });
  const answer = await fetch(`${base}/readyz`, { signal: AbortSignal.timeout(patienceMs) }).catch(
    (cause: unknown) => {
      throw new SkeletonError("upstream_unreachable", `No server answers at ${base}.`, {
        hint: "Start it with `skeleton serve`, or look at the log of its service.",
        cause,
      });
    },
  );
  const body: unknown = await answer.json().catch(() => undefined); // a page of something else
  const { status, detail } = (typeof body === "object" && body !== null ? body : {}) as Record<
    string,
    unknown
  >;
  if (answer.ok && status === "ok") return;
  const ours = typeof detail === "string";
  throw new SkeletonError(
    "upstream_refused",
    ours
      ? `The server at ${base} cannot serve: ${detail}.`
      : `What answers at ${base} is no Skeleton server.`,
    { hint: ours ? "`skeleton doctor` says what is wrong." : "Check the address and the port." },
  );
}
