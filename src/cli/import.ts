import { open as openFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { Command } from "commander";
import { SkeletonError } from "../lib/errors.ts";
import type { Store, WholeRecord } from "../protocols/store.ts";
import { parseLine } from "./export-format.ts";
import { importFromCommands } from "./import-from.ts";
import type { LoadMain } from "./main-module.ts";
import { addSettingFlags } from "./setting-flags.ts";
import { withHost } from "./with-host.ts";

/** Records in one transaction. */
const together = 100;

/** `skeleton import`: adds what an export holds, or another system. What is there already stays as it is. */
export function importCommand(main: LoadMain): Command {
  const command = new Command("import")
    .description(
      "Add what `skeleton export` has written, or another system holds; what is there stays as it is.",
    )
    .argument("[file]", "the export; default stdin")
    .allowExcessArguments(false);
  const flags = addSettingFlags(command);
  const open = (work: Parameters<typeof withHost>[2]) => {
    const { config: configFile } = command.optsWithGlobals<{ config?: string }>();
    return withHost(main, { flags: flags(), configFile }, work);
  };
  for (const from of importFromCommands(open)) command.addCommand(from);
  return command.action((file: string | undefined) =>
    open(async (host) => {
      const input = file === undefined ? process.stdin : await openExport(file);
      const { added, seen } = await readExport(await host.get("store"), input);
      process.stderr.write(`${added} records added, ${seen - added} were there already\n`);
    }),
  );
}

async function openExport(file: string): Promise<Readable> {
  try {
    return (await openFile(file)).createReadStream();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new SkeletonError("bad_input", `There is no file ${file}.`, {
      hint: "Import a file that `skeleton export` has written, or from another system: see `skeleton import --help`.",
      cause: error,
    });
  }
}

/** @throws `bad_input` when it is no export, or one that was cut short; whole groups before that are kept. */
async function readExport(
  store: Store,
  input: Readable,
): Promise<{ readonly seen: number; readonly added: number }> {
  let [number, seen, added] = [0, 0, 0];
  let name: string | undefined;
  let waiting: WholeRecord[] = [];
  let complete = false;
  async function add(): Promise<void> {
    if (name !== undefined && waiting.length > 0) added += await store.importRecords(name, waiting);
    waiting = [];
  }
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    const line = parseLine(text, number);
    if ("skeleton_export" in line) continue;
    if ("record" in line) {
      seen += 1;
      if (waiting.push(line) >= together) await add();
      continue;
    }
    await add();
    if ("end" in line) {
      complete = line.records === seen;
    } else {
      name = line.name;
      await store.createStoreIfNotExists(line.name, line.schema, line.options);
    }
  }
  await add();
  if (complete) return { seen, added };
  throw new SkeletonError("bad_input", `The export ends too early, after ${seen} records.`, {
    hint: `${added} records were added; export again, and import that: what is there already is skipped.`,
  });
}
