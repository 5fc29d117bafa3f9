import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** 1 MiB: grammars have some kB. */
const longest = 2 ** 20;

/**
 * The grammar of this name in the folder. What is left of a name are letters, digits and `-_.+` of its last part, so that
 * it names a file of the folder and nothing else.
 * @returns `undefined` where there is none, after `warn` was told.
 */
export async function grammarFile(
  name: string,
  folder: string | undefined,
  warn: (message: string) => void,
): Promise<string | undefined> {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  const plain = last.replace(/[^A-Za-z0-9._+-]/g, "").replace(/\.gbnf$/, "");
  if (folder === undefined) {
    warn("a grammar is asked for, and LLM_GRAMMAR_DIR is not set: the reply is not held to it");
    return undefined;
  }
  if (plain === "" || /^\.+$/.test(plain)) {
    warn("a grammar is asked for by a name that is none: the reply is not held to it");
    return undefined;
  }
  try {
    const text = await readFile(join(folder, `${plain}.gbnf`), "utf8");
    if (text.length <= longest) return text;
    warn(`the grammar ${plain}.gbnf is larger than 1 MiB: the reply is not held to it`);
  } catch (error) {
    warn(
      `the grammar ${plain}.gbnf cannot be read (${(error as NodeJS.ErrnoException).code}): the reply is not held to it`,
    );
  }
  return undefined;
}
