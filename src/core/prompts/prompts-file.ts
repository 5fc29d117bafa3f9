import { readFile, stat } from "node:fs/promises";
import type { Logger } from "../../protocols/plugin.ts";
import { builtInPrompts, type Prompts } from "./built-in-prompts.ts";
import { parsePrompts } from "./parse-prompts.ts";

/** 1 s: an edit is there before its author has changed windows, and a busy server asks the disk once a second. */
const checkEveryMs = 1000;

/**
 * The prompts of the first of these files that exists, else the built-in ones; read again when the file has changed.
 * A file that is no YAML, or cannot be read, leaves in force what was there before it broke.
 */
export function promptsFile(paths: readonly string[], now: () => Date, log: Logger): () => Promise<Prompts> {
  let prompts = builtInPrompts;
  let seen = "";
  let checkedAt: number | undefined;
  let checking: Promise<void> = Promise.resolve();

  async function check(): Promise<void> {
    const file = await firstThatExists(paths);
    if (file?.version === seen || (file === undefined && seen === "")) return;
    seen = file?.version ?? "";
    if (file === undefined) {
      log.info({ files: paths }, "prompts: the file is gone, the built-in prompts are used");
      prompts = builtInPrompts;
      return;
    }
    try {
      const { prompts: found, dropped } = parsePrompts(await readFile(file.path, "utf8"));
      for (const why of dropped) log.warn({ file: file.path }, `prompts: ${why}; it is left out`);
      prompts = found.size > 0 ? found : builtInPrompts;
      const used = found.size > 0 ? `${found.size} prompts` : "no prompt, so the built-in ones are used";
      log.info({ file: file.path, prompts: found.size }, `prompts: ${file.path} has ${used}`);
    } catch (err) {
      const kept =
        prompts === builtInPrompts ? "the built-in prompts are used" : "the prompts read before stay";
      log.error(
        { file: file.path, err },
        `prompts: ${file.path} cannot be read, ${kept} until it is corrected`,
      );
    }
  }

  return async () => {
    const ms = now().getTime();
    if (checkedAt === undefined || Math.abs(ms - checkedAt) >= checkEveryMs) {
      checkedAt = ms;
      checking = checking.then(check);
    }
    await checking;
    return prompts;
  };
}

/** The version changes with every edit: editors that write in place change time or size, the others the inode. */
async function firstThatExists(
  paths: readonly string[],
): Promise<{ path: string; version: string } | undefined> {
  for (const path of paths) {
    const info = await stat(path, { bigint: true }).catch(() => undefined);
    if (info?.isFile()) return { path, version: [path, info.ino, info.size, info.mtimeNs].join(" ") };
  }
  return undefined;
}
