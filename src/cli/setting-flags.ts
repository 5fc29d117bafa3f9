import { type Command, Option } from "commander";
import { settings } from "../host/config-schema.ts";
import type { LoadConfigOptions } from "../host/load-config.ts";

type Flags = NonNullable<LoadConfigOptions["flags"]>;

/** Those that the help lists, as they are written there. */
const listed: Readonly<Record<string, string>> = {
  host: "--host <address>",
  port: "--port <number>",
  workers: "--workers <number>",
  data_path: "--data, --data-path <folder>",
  plugins_path: "--plugins, --plugins-path <folder>",
  plugins_watch: "--watch, --plugins-watch [off]",
  mode: "--mode <mode>",
  public_url: "--public-url <url>",
  log_level: "--log-level <level>",
};

/**
 * Gives a command a flag for every setting that is one value, by its dotted key: `--rate-limits.enabled off`. Secrets
 * have none: everybody on the machine can read a command line.
 * @returns what was given, once the command line is parsed.
 */
export function addSettingFlags(command: Command): () => Flags {
  const given: Record<string, string> = {};
  for (const { key, node } of settings()) {
    if (node.secret === true || node.type === "object") continue;
    const shown = listed[key];
    const option = new Option(shown ?? `--${key.replaceAll("_", "-")} <value>`, node.description ?? key);
    option.hideHelp(shown === undefined);
    if (option.optional) option.preset("true");
    command.addOption(
      option.argParser((value) => {
        given[key] = value;
        return value;
      }),
    );
  }
  command.addHelpText(
    "after",
    "\nAny other setting of one value goes by its key, for example: --rate-limits.enabled off",
  );
  return () => given;
}
