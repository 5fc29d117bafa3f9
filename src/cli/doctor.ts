import { Command } from "commander";
import pino from "pino";
import type { RunningHost } from "../host/create-host.ts";
import { type ConfigRow, describeConfig } from "../host/describe-config.ts";
import type { LoadedConfig } from "../host/load-config.ts";
import type { PluginRole } from "../protocols/plugin.ts";
import { type Check, check } from "./check.ts";
import { checkData } from "./check-data.ts";
import { checkJobs } from "./check-jobs.ts";
import { checkModels } from "./check-models.ts";
import { checkRedis } from "./check-redis.ts";
import { checkServer } from "./check-server.ts";
import { configurationFor } from "./configuration.ts";
import type { LoadMain } from "./main-module.ts";
import { addSettingFlags } from "./setting-flags.ts";

/** All that `doctor` has to say. */
export type Report = {
  readonly ok: boolean;
  readonly node: string;
  readonly config: readonly ConfigRow[];
  readonly notes: readonly string[];
  /** Which plugin fills each role. */
  readonly roles: Readonly<Partial<Record<PluginRole, string>>>;
  readonly checks: readonly Check[];
};

/** `skeleton doctor`: what is in force, and whether it works. Exit code 1 when something does not. */
export function doctorCommand(main: LoadMain): Command {
  const command = new Command("doctor")
    .description("Show the configuration in force, and check that everything works.")
    .option("--json", "print the report as JSON")
    .allowExcessArguments(false);
  const flags = addSettingFlags(command);
  return command.action(async () => {
    const { json, config: configFile } = command.optsWithGlobals<{ json?: true; config?: string }>();
    const report = await examine(
      () => configurationFor({ flags: flags(), ...(configFile === undefined ? {} : { configFile }) }),
      main,
    );
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `${reportText(report)}\n`);
    if (!report.ok) process.exitCode = 1;
  });
}

async function examine(load: () => Promise<LoadedConfig>, main: LoadMain): Promise<Report> {
  let loaded: LoadedConfig | undefined;
  const checks: Check[] = [];
  checks.push(
    await check("configuration", async () => {
      loaded = await load();
      return "is sound";
    }),
  );
  const roles: Partial<Record<PluginRole, string>> = {};
  if (loaded !== undefined) {
    const { config, sources } = loaded;
    const { openHost } = await main();
    let host: RunningHost | undefined;
    checks.push(
      await check("plugins", async () => {
        host = await openHost(config, { log: pino({ level: "silent" }) });
        const own = Object.entries(host.resolved()).filter(([, plugin]) => plugin.file !== undefined);
        for (const [role, { name, file }] of Object.entries(host.resolved()))
          roles[role as PluginRole] = file === undefined ? `${name} (built in)` : `${name} (${file})`;
        return own.length === 0
          ? `none in ${config.plugins_path}: all parts are the built-in ones`
          : own.map(([role, { file }]) => `${role}: ${file}`).join(", ");
      }),
    );
    if (host !== undefined) {
      checks.push(
        ...(await checkData(host, sources)),
        ...(await checkRedis(host)),
        ...(await checkJobs(host)),
        ...(await checkModels(host)),
      );
      await host.shutdown();
    }
    checks.push(...(await checkServer(config)));
  }
  return {
    ok: checks.every(({ ok }) => ok),
    node: process.versions.node,
    config: loaded === undefined ? [] : describeConfig(loaded.config, loaded.sources),
    notes: loaded?.notes ?? [],
    roles,
    checks,
  };
}

function reportText({ node, config, notes, roles, checks }: Report): string {
  const rows = config.map(({ key, value, source }) => [key, value, `[${source}]`]);
  const failed = checks.filter(({ ok }) => !ok).length;
  return [
    `Node ${node}`,
    ...(rows.length === 0 ? [] : ["", "Configuration", ...columns(rows)]),
    ...(Object.keys(roles).length === 0 ? [] : ["", "Roles", ...columns(Object.entries(roles))]),
    "",
    "Checks",
    ...checks.map(({ name, ok, detail }) => `  ${ok ? "ok  " : "FAIL"} ${name}: ${setIn(detail)}`),
    ...notes.map((note) => `  note ${note}`),
    "",
    failed === 0 ? "All is well." : `${failed} of ${checks.length} checks failed.`,
  ].join("\n");
}

const setIn = (text: string): string => text.replaceAll("\n", "\n       ");

/** Each row set in, its cells as wide as the widest of their column, up to 40 characters. */
function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, at) => Math.min(40, Math.max(...rows.map((row) => row[at]?.length ?? 0))));
  return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths?.[at] ?? 0)).join("  ")}`.trimEnd());
}
