import { isAbsolute, relative } from "node:path";
import pino from "pino";
import type { RunningHost } from "../host/create-host.ts";
import { codeOf } from "../lib/errors.ts";
import type { Config } from "../protocols/config.ts";
import type { JsonObject } from "../protocols/json.ts";
import type { PluginRole, PluginRoles } from "../protocols/plugin.ts";
import { failureText } from "./failure-text.ts";
import type { MainModule } from "./main-module.ts";
import { schemaText } from "./schema-text.ts";

/** All that `skeleton plugins` has to say. What is built in has no file. */
export type PluginReport = {
  readonly ok: boolean;
  readonly plugins_path: string;
  readonly core: readonly {
    readonly role: string;
    readonly name: string;
    readonly priority: number;
    readonly file?: string;
  }[];
  readonly tools: readonly {
    readonly name: string;
    readonly description: string;
    readonly parameters: JsonObject;
    readonly source?: string;
  }[];
  readonly functions: readonly {
    readonly name: string;
    readonly priority: number;
    readonly hooks: readonly string[];
    readonly source?: string;
  }[];
  /** Those of plugins. */
  readonly commands: readonly {
    readonly name: string;
    readonly help: string;
    readonly usage?: string;
    readonly source: string;
  }[];
  readonly pages: readonly {
    readonly name: string;
    readonly title: string;
    readonly path: string;
    readonly access: string;
    readonly file: string;
  }[];
  readonly problems: readonly { readonly kind: string; readonly source: string; readonly problem: string }[];
};

const hooks = ["start", "preCall", "filterStream", "postCall", "shutdown"] as const;

/** Loads everything as a server would. A core plugin that stops the start is the only finding then. */
export async function listPlugins(main: MainModule, config: Config, userId: string): Promise<PluginReport> {
  const log = pino({ level: "silent" });
  const none = {
    plugins_path: config.plugins_path,
    core: [],
    tools: [],
    functions: [],
    commands: [],
    pages: [],
  };
  let host: RunningHost;
  try {
    host = await main.openHost(config, { log });
  } catch (error) {
    if (codeOf(error) !== "plugin_invalid") throw error;
    const problem = failureText(error);
    return {
      ok: false,
      ...none,
      problems: [{ kind: "core", source: `${config.plugins_path}/core`, problem }],
    };
  }
  try {
    return await examine(main, host, log, userId);
  } finally {
    await host.shutdown();
  }
}

async function examine(
  main: MainModule,
  host: RunningHost,
  log: pino.Logger,
  userId: string,
): Promise<PluginReport> {
  const [tools, functions, commands] = await Promise.all([
    filled(host, "tools"),
    filled(host, "functions"),
    filled(host, "commands"),
  ]);
  const toolSources = (await tools?.getSources?.({ userId })) ?? {};
  const functionSources = (await functions?.getSources?.()) ?? {};
  const commandSources = (await commands?.getSources?.()) ?? {};
  const source = (sources: Readonly<Record<string, string>>, name: string) =>
    Object.hasOwn(sources, name) ? { source: sources[name] ?? "" } : {};
  const found = await main.examinePages(host, log);
  const list = {
    plugins_path: host.config.plugins_path,
    core: Object.entries(host.resolved()).map(([role, plugin]) => ({ role, ...plugin })),
    tools: ((await tools?.getTools({ userId })) ?? []).map(({ name, description, parameters }) => ({
      ...{ name, description, parameters },
      ...source(toolSources, name),
    })),
    functions: ((await functions?.getFunctions()) ?? []).map((plugin) => ({
      ...{ name: plugin.name, priority: plugin.priority ?? 0 },
      hooks: hooks.filter((hook) => plugin[hook] !== undefined),
      ...source(functionSources, plugin.name),
    })),
    commands: ((await commands?.getCommands()) ?? []).flatMap((command) => {
      const file = Object.hasOwn(commandSources, command.name) ? commandSources[command.name] : undefined;
      return file === undefined ? [] : [{ ...command, source: file }];
    }),
    pages: found.pages.map(({ file, page: { name, title, access } }) => ({
      ...{ name, title: title ?? name, path: `/_plugin/${name}/`, access: access ?? "user", file },
    })),
  };
  const problems = [
    ...((await tools?.getProblems()) ?? []).map((problem) => ({ kind: "tool", ...problem })),
    ...((await functions?.getProblems()) ?? []).map((problem) => ({ kind: "function", ...problem })),
    ...((await commands?.getProblems()) ?? []).map((problem) => ({ kind: "command", ...problem })),
    ...found.problems.map((problem) => ({ kind: "page", ...problem })),
  ];
  return { ok: problems.length === 0, ...list, problems };
}

/** The part that fills a role; undefined when none does. */
async function filled<R extends PluginRole>(host: RunningHost, role: R): Promise<PluginRoles[R] | undefined> {
  return role in host.resolved() ? host.get(role) : undefined;
}

/** For people. Files as they are seen from the working folder. */
export function listText(report: PluginReport): string {
  const { plugins_path, core, tools, functions, commands, pages, problems } = report;
  const from = (file?: string) => (file === undefined ? "built in" : near(file));
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ["Core", core.map(({ role, name, file }) => `${role}: ${name} (${from(file)})`)],
    [
      "Tools",
      tools.map(({ name, description, parameters, source }) =>
        [
          `${name}(${schemaText(parameters)})${source === undefined ? "" : `  ${near(source)}`}`,
          description.split("\n", 1),
        ].join("\n    "),
      ),
    ],
    [
      "Functions, in the order of preCall",
      functions.map(
        ({ name, hooks, source }) =>
          `${name}: ${hooks.join(", ")}${source === undefined ? "" : `  ${near(source)}`}`,
      ),
    ],
    [
      "Commands",
      commands.map(({ name, help, usage, source }) =>
        [`/${[name, usage ?? []].flat().join(" ")}  ${near(source)}`, help].join("\n    "),
      ),
    ],
    [
      "Pages",
      pages.map(({ path, access, file }) => `${path}  for ${audience[access] ?? access}  ${near(file)}`),
    ],
    [
      "Problems",
      problems.map(({ source, problem }) => `${near(source)}: ${problem.replaceAll("\n", "\n    ")}`),
    ],
  ];
  const shown = sections.filter(([, rows]) => rows.length > 0);
  const text = shown.map(([title, rows]) => [title, ...rows.map((row) => `  ${row}`)].join("\n"));
  return [`Plugins folder: ${plugins_path}`, ...text].join("\n\n");
}

const audience: Readonly<Record<string, string>> = { user: "users", public: "everybody", admin: "admins" };

function near(file: string): string {
  if (!isAbsolute(file)) return file;
  const path = relative(process.cwd(), file);
  return path.startsWith("..") ? file : path;
}
