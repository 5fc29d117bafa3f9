import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { Command } from "commander";
import { keyStore } from "../lib/key-store.ts";
import { webhookSecretStore } from "../lib/webhook-secret-store.ts";
import type { Store } from "../protocols/store.ts";
import type { ExportLine } from "./export-format.ts";
import type { LoadMain } from "./main-module.ts";
import { addSettingFlags } from "./setting-flags.ts";
import { withHost } from "./with-host.ts";

/** `skeleton export`: everything in the store as lines of JSON, while the server runs or not. */
export function exportCommand(main: LoadMain): Command {
  const command = new Command("export")
    .description("Write everything that is stored, of all users, as lines of JSON.")
    .option("-o, --output <file>", "write to a file instead of stdout")
    .allowExcessArguments(false);
  const flags = addSettingFlags(command);
  return command.action(async () => {
    const { output, config: configFile } = command.optsWithGlobals<{ output?: string; config?: string }>();
    await withHost(main, { flags: flags(), configFile }, async (host) => {
      const store = await host.get("store");
      if (output === undefined) return void (await writeExport(store, process.stdout, host.now()));
      // Beside it first: a file of that name is always a whole one.
      const part = `${output}.part`;
      const file = createWriteStream(part, { mode: 0o600, flush: true });
      const records = await writeExport(store, file, host.now());
      file.end();
      await finished(file);
      await rename(part, output);
      process.stderr.write(`${output}: ${records} records\n`);
    });
  });
}

/** What is in them leaves the server in no file. */
const secrets: readonly string[] = [keyStore, webhookSecretStore];

/** @returns how many records were written. */
export async function writeExport(store: Store, out: Writable, now: Date): Promise<number> {
  let records = 0;
  async function write(line: ExportLine): Promise<void> {
    if (!out.write(`${JSON.stringify(line)}\n`)) await once(out, "drain");
  }
  await write({ skeleton_export: 1, exported_at: now.toISOString() });
  for (const name of await store.listStores()) {
    const definition = await store.findStore(name);
    if (definition === undefined || secrets.includes(name)) continue;
    await write(definition);
    for (let after: string | undefined; ; ) {
      const page = await store.exportRecords(name, after === undefined ? {} : { after });
      for (const whole of page.records) await write(whole);
      records += page.records.length;
      if (page.next === undefined) break;
      after = page.next;
    }
  }
  await write({ end: true, records });
  return records;
}
