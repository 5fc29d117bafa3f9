import { join } from "node:path";
import { parseCommand } from "../../lib/command-text.ts";
import { eachNameOnce } from "../../lib/each-name-once.ts";
import { codeOf } from "../../lib/errors.ts";
import { inSentences } from "../../lib/in-sentences.ts";
import { sentences } from "../../lib/markdown-text.ts";
import { type PluginFault, pluginFolder, type ReadPlugin } from "../../lib/plugin-folder.ts";
import { within } from "../../lib/time-limit.ts";
import type { Command, CommandAnswer, CommandContext, CommandOrigin } from "../../protocols/command.ts";
import type { Commands } from "../../protocols/commands.ts";
import type { Host } from "../../protocols/plugin.ts";
import { checkArguments } from "./misuse.ts";
import { readCommands } from "./read-commands.ts";
import { createRegistry, type Registered, type Registry } from "./registry.ts";
import { type Complete, suggest } from "./suggest.ts";

export type CommandsLimits = {
  /** How long one file may take to load, in ms. */
  readonly loadMs: number;
  /** How long a command may take, in ms. */
  readonly runMs: number;
  /** How long its suggestions may take, in ms. */
  readonly completeMs: number;
};

type State = { readonly registry: Registry; readonly problems: readonly PluginFault[] };

/** The built-in commands and those in the plugins folder, loaded once, and those of changed files again. */
export async function openCommands(
  host: Host,
  builtIn: readonly Command[],
  limits: CommandsLimits,
): Promise<Commands> {
  const look = pluginFolder(join(host.config.plugins_path, "commands"), limits.loadMs, readCommands);

  function take(read: readonly ReadPlugin<Command>[]): State {
    const { found, problems } = eachNameOnce(read, "a command", ({ name }) => name.toLowerCase());
    for (const { source, problem } of problems)
      host.log.error({ file: source }, `commands: ${source} is left out: ${problem}`);
    return { registry: createRegistry(builtIn, found), problems };
  }

  async function readAgain(before: Promise<State>): Promise<State> {
    const state = await before;
    try {
      const { read, changed } = await look();
      if (changed.length === 0) return state;
      const next = take(read);
      const names = [...next.registry.values()].flatMap(({ command, source }) =>
        source === undefined ? [] : [command.name],
      );
      host.log.info({ files: changed, commands: names }, "commands: files were loaded anew");
      return next;
    } catch (error) {
      host.log.error({ err: error }, "commands: the folder cannot be read, so its commands stay as they are");
      return state;
    }
  }

  let current = Promise.resolve(take((await look()).read));
  return {
    async getCommands() {
      const { registry } = await current;
      return [...registry.values()].map(({ command: { name, help, usage } }) =>
        usage === undefined ? { name, help } : { name, help, usage },
      );
    },
    async complete(text, origin) {
      const { registry } = await current;
      return suggest(text, registry, completing(host, origin, limits));
    },
    async run(text, origin) {
      const { registry } = await current;
      const parsed = parseCommand(text.trimEnd());
      const registered = parsed && registry.get(parsed.name.toLowerCase());
      if (registered === undefined) return undefined;
      await checkThread(host, origin);
      return run(host, registered, parsed?.argument?.trim() ?? "", origin, limits);
    },
    getProblems: async () => (await current).problems,
    async getSources() {
      const { registry } = await current;
      return Object.fromEntries(
        [...registry.values()].flatMap(({ command, source }) =>
          source === undefined ? [] : [[command.name, source]],
        ),
      );
    },
    async reload() {
      current = readAgain(current); // whoever asks meanwhile waits for it
      await current;
    },
  };
}

/** No command sees a thread that is not its user's. @throws `thread_not_found`. */
async function checkThread(host: Host, { userId, threadId }: CommandOrigin): Promise<void> {
  if (threadId !== undefined) await (await host.get("thread")).getThread({ userId, threadId });
}

/** Asks a command for suggestions. One that fails or takes too long has none: who writes on loses nothing. */
function completing(host: Host, origin: CommandOrigin, { completeMs }: CommandsLimits): Complete {
  return async ({ command }, before) => {
    if (command.complete === undefined) return [];
    await checkThread(host, origin);
    const fields = { command: command.name };
    try {
      const found = await limited(completeMs, { ...origin, host }, (context) =>
        command.complete?.(before, context),
      );
      if (found !== undefined) return Array.isArray(found.value) ? found.value : [];
      host.log.warn(fields, `commands: /${command.name} suggested nothing within ${completeMs} ms`);
    } catch (error) {
      host.log.warn({ ...fields, err: error }, `commands: /${command.name} failed to suggest anything`);
    }
    return [];
  };
}

async function run(
  host: Host,
  registered: Registered,
  argument: string,
  origin: CommandOrigin,
  limits: CommandsLimits,
): Promise<CommandAnswer> {
  const { command } = registered;
  const complete = completing(host, origin, limits);
  try {
    await checkArguments(
      command,
      argument,
      async (before) =>
        (await complete(registered, before)).find(({ value }) => !before.includes(value))?.value,
    );
    const answer = await limited(limits.runMs, { ...origin, host }, (context) =>
      command.run(argument, context),
    );
    if (answer === undefined)
      return failure(`\`/${command.name}\` did not end within ${limits.runMs / 1000} s.`);
    return checked(command.name, answer.value);
  } catch (error) {
    const thrown = error as { readonly message: string; readonly hint?: unknown };
    if (typeof thrown.hint !== "string") throw error;
    if (codeOf(error) !== "bad_input")
      host.log.warn({ command: command.name, err: error }, `commands: /${command.name} failed`);
    return failure(inSentences(thrown));
  }
}

/** @throws when it is no answer: whoever wrote the command finds that in the log. */
function checked(name: string, answer: unknown): CommandAnswer {
  if (typeof answer === "string") return { text: answer };
  if (typeof answer === "object" && answer !== null && "text" in answer && typeof answer.text === "string")
    return answer as CommandAnswer;
  throw new Error(`The command /${name} returned neither a text nor an object with one.`);
}

const failure = (text: string): CommandAnswer => ({ text: sentences(text), failed: true });

/** Does something with a signal that aborts when it is late. @returns `undefined` then. */
async function limited<T>(
  ms: number,
  context: Omit<CommandContext, "signal">,
  work: (context: CommandContext) => T | Promise<T>,
): Promise<{ readonly value: T } | undefined> {
  const over = new AbortController();
  const working = Promise.resolve(work({ ...context, signal: over.signal })).then((value) => ({ value }));
  const done = await within(ms, working, undefined);
  if (done !== undefined) return done;
  over.abort();
  working.catch(() => {}); // it was given up; that it then ends so is its answer to the signal
  return undefined;
}
