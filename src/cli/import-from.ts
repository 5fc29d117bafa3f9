import { Command } from "commander";
import type { RunningHost } from "../host/create-host.ts";
import type { Chat2AnyLlmFlags } from "./import/import-chat2anyllm.ts";
import type { SkeletonFlags } from "./import/import-skeleton.ts";

/** Opens the parts of the server for a command. */
type WithHost = (work: (host: RunningHost) => Promise<void>) => Promise<void>;

/** `skeleton import chat2anyllm` and `skeleton import skeleton`: what the systems before this one hold. */
export function importFromCommands(withHost: WithHost): readonly Command[] {
  const chat2anyllm = new Command("chat2anyllm")
    .description("Bring over the sessions and roles of a Chat2AnyLLM, from its PostgreSQL database.")
    .argument("<url>", "its DATABASE_URL; `-` reads it from stdin")
    .requiredOption("--user <name>", "whose they become here: there they belonged to everybody")
    .option("--model <name>", "the model that goes on in them (default: the server's default)")
    .option("--dry-run", "read everything, write nothing, and tell what would be done")
    .action(async (url: string, flags: Chat2AnyLlmFlags) => {
      process.title = "skeleton import"; // the arguments, which others on this machine can list, may have a password
      const { importChat2AnyLlm } = await import("./import/import-chat2anyllm.ts");
      await withHost(async (host) => {
        process.stdout.write(`${await importChat2AnyLlm(host, url, flags)}\n`);
      });
    });

  const skeleton = new Command("skeleton")
    .description("Bring over the threads of the Python Skeleton, from its SQLite file.")
    .argument("<file>", "its database, skeleton.db in its DATA_PATH")
    .option("--user <old=new>", "a user has another name here; OLD= leaves one out; repeatable", collect, [])
    .option("--dry-run", "read everything, write nothing, and tell what would be done")
    .action(async (file: string, flags: SkeletonFlags) => {
      const { importSkeleton } = await import("./import/import-skeleton.ts");
      await withHost(async (host) => {
        const { summary, complete } = await importSkeleton(host, file, flags);
        process.stdout.write(`${summary}\n`);
        if (!complete) process.exitCode = 1;
      });
    });

  return [chat2anyllm, skeleton].map((command) =>
    command.exitOverride().showHelpAfterError("See `skeleton import --help`.").allowExcessArguments(false),
  );
}

const collect = (value: string, before: readonly string[]) => [...before, value];
