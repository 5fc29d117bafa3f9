import { fileURLToPath } from "node:url";
import { newest } from "../../scripts/newest.ts";

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/**
 * What a process of a test runs: the built program where it is up to date, as `npm test` sees to, because it starts in
 * half the time; else the source.
 */
const built = newest([at("dist/src/cli/skeleton.js")]) > newest(["src", "package-lock.json"].map(at));

/** The program's source, for what finds the contracts beside it: a built one names them by the package that it is in. */
export const sourceProgram = at("src/cli/skeleton.js");

/** The file of the program. */
export const program = built ? at("dist/src/cli/skeleton.js") : sourceProgram;

/** A module of the same program, by its place in `src` without its ending. */
export const moduleOfProgram = (name: string): string => at(built ? `dist/src/${name}.js` : `src/${name}.ts`);

/** For the environment of such a process: what `npm test` has had compiled need not be compiled again. */
export const compiledOnce: Readonly<Record<string, string>> =
  process.env.NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE };
