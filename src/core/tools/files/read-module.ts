import { basename } from "node:path";
import type { Host } from "../../../protocols/plugin.ts";
import type { Tool } from "../../../protocols/tool.ts";
import type { ExportedFunction, WrittenTool } from "../schema/written-tool.ts";
import { asTool } from "./as-tool.ts";
import { type AnyClass, classTool, isToolClass, methodOf } from "./class-tools.ts";
import { type AnyFunction, functionTool } from "./function-tool.ts";

/** What a file held: its tools in order, and what is wrong with those that it lacks. */
export type FileTools = { readonly tools: readonly Tool[]; readonly problems: readonly string[] };

type Making = {
  readonly where: string;
  readonly line?: number | undefined;
  readonly make: () => Tool | Promise<Tool>;
};

/**
 * The tools of a module. One that declares tools with their schemas (`tools`, objects, classes that tell their schema)
 * offers only these, so that its functions can help them; any other offers its functions and the methods of its classes.
 * @param readText is asked only where schemas have to be read from the file's text.
 */
export async function readModule(
  file: string,
  module: Readonly<Record<string, unknown>>,
  readText: (functions: readonly ExportedFunction[]) => Promise<readonly WrittenTool[]>,
  host: Host,
): Promise<FileTools> {
  const exported = Object.entries(module).filter(
    ([name]) => !name.startsWith("_") && name !== "module.exports",
  );
  const declared = (
    await Promise.all(exported.map(([name, value]) => declaredTools(name, value, host)))
  ).flat();
  if (declared.length > 0) return make(declared);
  const functions = exported.flatMap(([name, value]) =>
    typeof value === "function" ? [{ exported: name, called: calledBy(name, value, file) }] : [],
  );
  if (functions.length === 0)
    return { tools: [], problems: ["It exports no tool: no function, class or object with execute()."] };
  return make((await readText(functions)).map((written) => making(written, module)));
}

async function declaredTools(name: string, value: unknown, host: Host): Promise<readonly Making[]> {
  if (name === "tools" && (typeof value === "function" || Array.isArray(value))) {
    const list: unknown = typeof value === "function" ? await value(host) : value;
    if (!Array.isArray(list)) throw new Error("tools(host) answered no list of tools.");
    return list.map((each, at) => ({ where: `tools[${at}]`, make: () => asTool(Object(each)) }));
  }
  if (typeof value === "function")
    return isClass(value) && isToolClass(value) ? [{ where: name, make: () => classTool(value, host) }] : [];
  const isTool =
    typeof value === "object" && value !== null && typeof Reflect.get(value, "execute") === "function";
  return isTool ? [{ where: name, make: () => asTool(value) }] : [];
}

/** A tool of what the text says and of what the module holds. */
function making(written: WrittenTool, module: Readonly<Record<string, unknown>>): Making {
  const { exported, method, where, line, schema, problem } = written;
  const value = module[exported];
  return {
    where,
    line,
    make() {
      if (schema === undefined) throw new Error(problem);
      return functionTool(
        schema,
        method === undefined ? () => value as AnyFunction : methodOf(value as AnyClass, method),
      );
    },
  };
}

const isClass = (value: unknown): value is AnyClass =>
  typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));

const calledBy = (exported: string, { name }: { readonly name: string }, file: string): string =>
  exported === "default" ? name.replace(/^default$/, "") || nameOf(file) : exported;

const nameOf = (file: string): string => basename(file).replace(/\.[^.]*$/, "");

async function make(makings: readonly Making[]): Promise<FileTools> {
  const tools: Tool[] = [];
  const problems: string[] = [];
  for (const { where, line, make: makeTool } of makings) {
    try {
      tools.push(await makeTool());
    } catch (error) {
      const place = line === undefined ? "" : `line ${line}: `;
      problems.push(`${place}${where}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { tools, problems };
}
