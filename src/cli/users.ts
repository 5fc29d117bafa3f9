import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { loadConfig } from "../host/load-config.ts";
import { deleteUser, generateSecret, setUser, validateUsers } from "./users-actions.ts";
import { processSurroundings, type Surroundings } from "./users-surroundings.ts";

/** The flags as commander reads them. */
type Flags = {
  readonly file?: string;
  readonly username?: string;
  readonly password?: string;
  readonly role?: string;
  /** `false` after `--no-model-mask`. */
  readonly modelMask?: string | false;
  readonly delete?: true;
  readonly generateJwt?: string;
  readonly validate?: true;
};

/**
 * `skeleton users`: edits and checks the users file.
 * The process's exit code becomes 1 after a failure, told on stderr; flags that make no sense end it with 2 at once.
 */
export function usersCommand(around: Surroundings = processSurroundings): Command {
  const command = new Command("users")
    .description("Add, change, remove and check the users who may sign in.")
    .option("-f, --file <path>", "users file (default: the server's own)")
    .option("-u, --username <name>", "user to add, change or delete")
    .option("-p, --password <password>", "password; `-` reads it from stdin, without it a terminal is asked")
    .option("-r, --role <role>", "user role (a new user's default is `user`; others keep theirs)")
    .option("-m, --model-mask <pattern>", "regular expression that must match a model's whole name")
    .option("--no-model-mask", "remove the mask: the user may use every model")
    .option("--delete", "remove the user given by -u")
    .option("--generate-jwt <path>", "write a new token secret to this file, mode 600")
    .option("--validate", "check the file and list its users; exit 1 when something is wrong")
    .allowExcessArguments(false)
    .configureOutput({ writeOut: around.out, writeErr: around.err })
    // The manners of the tool this one follows: 2 for a wrong use, 1 for a failure.
    .exitOverride(({ exitCode }) => around.exit(exitCode === 0 ? 0 : 2));
  // `--no-model-mask` would make commander set the default `true`, which is no mask.
  command.setOptionValue("modelMask", undefined);
  return command.action(async (flags: Flags) => {
    try {
      if (!(await run(flags, command, around))) around.fail();
    } catch (error) {
      around.err(`${describe(error)}\n`);
      around.fail();
    }
  });
}

/** @returns whether all went well; what went wrong has been told then. */
async function run(flags: Flags, command: Command, around: Surroundings): Promise<boolean> {
  const { username } = flags;
  if (flags.generateJwt !== undefined) await generateSecret(flags.generateJwt, around);
  if (flags.validate) return validateUsers(await fileOf(flags, command, around), around);
  if (username !== undefined && flags.delete)
    return deleteUser(await fileOf(flags, command, around), username, around);
  if (username !== undefined) {
    const file = await fileOf(flags, command, around);
    // The data folder may be made before the server's first start; a folder that was spelled out is not guessed at.
    if (flags.file === undefined) await mkdir(dirname(file), { recursive: true });
    const mask = flags.modelMask === false ? null : flags.modelMask;
    return setUser(
      file,
      {
        username,
        ...(flags.password === undefined ? {} : { password: flags.password }),
        ...(flags.role === undefined ? {} : { role: flags.role }),
        ...(mask === undefined ? {} : { mask }),
      },
      around,
    );
  }
  if (
    flags.delete ||
    flags.password !== undefined ||
    flags.role !== undefined ||
    flags.modelMask !== undefined
  ) {
    around.err("No user was named.\nAdd -u NAME.\n");
    return false;
  }
  if (flags.generateJwt === undefined) around.out(command.helpInformation());
  return true;
}

/** The file that was named, or the one that a server started here would use. */
async function fileOf({ file }: Flags, command: Command, { cwd, env }: Surroundings): Promise<string> {
  if (file !== undefined) return file;
  const { config: configFile } = command.optsWithGlobals<{ config?: string }>();
  const { config } = await loadConfig({ cwd, env, ...(configFile === undefined ? {} : { configFile }) });
  return join(config.data_path, config.users_filename);
}

/** What happened and what to do about it. */
function describe(error: unknown): string {
  const { message, hint, code, path } = error as Partial<
    Record<"message" | "hint" | "code" | "path", string>
  >;
  if (hint !== undefined) return `${message}\n${hint}`;
  if (path !== undefined)
    return `${path} cannot be read or written (${code}).\nCheck that the folder exists and that you may write to it.`;
  return message ?? String(error);
}
