import { Command, CommanderError } from "commander";
import { skeletonVersion } from "../lib/skeleton-version.ts";
import { endUnread } from "./end-unread.ts";
import { failureText } from "./failure-text.ts";
import type { LoadMain } from "./main-module.ts";

type Entry = {
  readonly name: string;
  readonly description: string;
  /** Not for people: the help does not know it. */
  readonly hidden?: true;
  /** Loads the command with its flags and all it stands on. */
  readonly load: (main: LoadMain) => Promise<Command>;
};

const entries: readonly Entry[] = [
  {
    name: "serve",
    description: "Start the server.",
    load: async (main) => (await import("./serve.ts")).serveCommand(main),
  },
  {
    name: "serve-worker",
    description: "",
    hidden: true,
    load: async (main) => (await import("./serve-worker.ts")).serveWorkerCommand(main),
  },
  {
    name: "users",
    description: "Add, change, remove and check the users who may sign in.",
    load: async () => (await import("./users.ts")).usersCommand(),
  },
  {
    name: "keys",
    description: "List, make and revoke API keys for scripts.",
    load: async (main) => (await import("./keys.ts")).keysCommand(main),
  },
  {
    name: "ask",
    description: "Ask a model, here or on a running server, and print its answer as it comes.",
    load: async (main) => (await import("./ask.ts")).askCommand(main),
  },
  {
    name: "jobs",
    description: "Submit, list, show, cancel and retry jobs: answers that nobody waits for.",
    load: async (main) => (await import("./jobs.ts")).jobsCommand(main),
  },
  {
    name: "worker",
    description: "Run jobs beside the server, on the same data; as many such processes as you like.",
    load: async (main) => (await import("./worker.ts")).workerCommand(main),
  },
  {
    name: "roles",
    description: "List, add, change and remove your chat roles on a running server; export and import them.",
    load: async () => (await import("./roles.ts")).rolesCommand(),
  },
  {
    name: "doctor",
    description: "Show the configuration in force, and check that everything works.",
    load: async (main) => (await import("./doctor.ts")).doctorCommand(main),
  },
  {
    name: "status",
    description: "Tell whether the server runs: exit code 0 when it does and can serve, else 1.",
    load: async () => (await import("./status.ts")).statusCommand(),
  },
  {
    name: "models",
    description: "The models that run on this machine: list, fetch, look at, measure.",
    load: async () => (await import("./models.ts")).modelsCommand(),
  },
  {
    name: "plugins",
    description: "List what plugins are loaded and what failed; begin one, check one.",
    load: async (main) => (await import("./plugins.ts")).pluginsCommand(main),
  },
  {
    name: "backup",
    description: "Copy the database into a file that can be put in its place, while the server runs or not.",
    load: async () => (await import("./backup.ts")).backupCommand(),
  },
  {
    name: "export",
    description: "Write everything that is stored, of all users, as lines of JSON.",
    load: async (main) => (await import("./export.ts")).exportCommand(main),
  },
  {
    name: "import",
    description:
      "Add what `skeleton export` has written, or another system holds; what is there stays as it is.",
    load: async (main) => (await import("./import.ts")).importCommand(main),
  },
  {
    name: "move",
    description: "Move everything that is stored from one database to another, SQLite or PostgreSQL.",
    load: async () => (await import("./move.ts")).moveCommand(),
  },
];

/**
 * Runs the command that `args` names and ends the process: 0 for success, 1 for a failure, told on stderr, 2 for a
 * wrong use. A command may set another `process.exitCode`.
 */
export async function runCommandLine(args: readonly string[], main: LoadMain): Promise<void> {
  process.stdout.on("error", endUnread);
  process.stderr.on("error", () => {}); // its reader is gone, and there is nobody to tell
  try {
    const program = await buildProgram(args, main);
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else {
      process.stderr.write(`${failureText(error)}\n`);
      process.exitCode = 1;
    }
  }
  await Promise.all([written(process.stdout), written(process.stderr)]);
  process.exit(); // a plugin may have left something open that would keep the process alive
}

/** Only a command that is named is loaded; of the others the help knows name and description. */
async function buildProgram(args: readonly string[], main: LoadMain): Promise<Command> {
  const program = new Command("skeleton")
    .description("A self-hosted chat server for any LLM.")
    .version(skeletonVersion())
    .option("--config <file>", "settings file (default: skeleton.yaml, if there is one)")
    .showHelpAfterError("See `skeleton --help`, or `skeleton COMMAND --help`.")
    .exitOverride();
  for (const { name, description, hidden = false, load } of entries) {
    const command = args.includes(name) ? await load(main) : new Command(name).description(description);
    // `users` keeps its own manners.
    program.addCommand(name === "users" ? command : inheriting(command, program), { hidden });
  }
  return program;
}

/** Its own commands were added before it had anything to pass on. */
function inheriting(command: Command, from: Command): Command {
  command.copyInheritedSettings(from);
  for (const own of command.commands) inheriting(own, command);
  return command;
}

const written = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    stream.write("", () => resolve());
  });
