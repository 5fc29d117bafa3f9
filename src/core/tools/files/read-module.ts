import { basename } from "node:path";
import type { Host } from "../../../protocols/plugin.ts";
import type { Tool } from "../../../protocols/tool.ts";
import { SchemaFault } from "../schema/fault.ts";
import type { Exported, Source } from "../schema/source.ts";
import { asTool } from "./as-tool.ts";
import { type AnyClass, classTool, isToolClass, methodTools } from "./class-tools.ts";
import { functionTool } from "./function-tool.ts";

/** What a file held: its tools in order, and what is wrong with those that it lacks. */
export type FileTools = { readonly tools: readonly Tool[]; readonly problems: readonly string[] };

const objectInstead = "export an object with name, description, parameters and execute.";

type Making = { readonly where: string; readonly at?: number; readonly make: () => Tool | Promise<Tool> };

/**
 * The tools of a module. One that declares tools with their schemas (`tools`, objects, classes that tell their schema)
 * offers only these, so that its functions can help them; any other offers its functions and the methods of its classes.
 * @param readSource is asked only where a schema has to be read from the text.
 */
export async function readModule(
  file: string,
  module: Readonly<Record<string, unknown>>,
  readSource: () => Promise<Source>,
  host: Host,
): Promise<FileTools> {
  const exported = Object.entries(module).filter(
    ([name]) => !name.startsWith("_") && name !== "module.exports",
  );
  const declared = (
    await Promise.all(exported.map(([name, value]) => declaredTools(name, value, host)))
  ).flat();
  if (declared.length > 0) return make(declared);
  const functions = exported.filter(([, value]) => typeof value === "function");
  if (functions.length === 0)
    return { tools: [], problems: ["It exports no tool: no function, class or object with execute()."] };
  const source = await readSource();
  const read = functions.flatMap(([name, value]) => writtenTools(file, name, value as AnyClass, source));
  return make(read, source);
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

/** A function or a class in the words of its file. */
function writtenTools(file: string, name: string, value: AnyClass, source: Source): readonly Making[] {
  const written: Exported | undefined = source.exports.get(name);
  if (written === undefined) {
    const make = () => {
      throw new Error(
        `It is not written in this file as a function or a class, so its parameters cannot be read. Write it there, or ${objectInstead}`,
      );
    };
    return [{ where: name, make }];
  }
  if (written.kind === "class")
    return methodTools(value, written.node, source).map((method) => ({ where: name, ...method }));
  const called = name === "default" ? value.name.replace(/^default$/, "") || nameOf(file) : name;
  const get = () => value as unknown as (...parameters: unknown[]) => unknown;
  return [{ where: called, at: written.node.start, make: () => functionTool(called, written, source, get) }];
}

const isClass = (value: unknown): value is AnyClass =>
  typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));

const nameOf = (file: string): string => basename(file).replace(/\.[^.]*$/, "");

async function make(makings: readonly Making[], source?: Source): Promise<FileTools> {
  const tools: Tool[] = [];
  const problems: string[] = [];
  for (const { where, at, make: makeTool } of makings) {
    try {
      tools.push(await makeTool());
    } catch (error) {
      const place = error instanceof SchemaFault ? error.at : at;
      const line = source === undefined || place === undefined ? "" : `line ${source.lineAt(place)}: `;
      const advice = error instanceof SchemaFault ? `. Change it, or ${objectInstead}` : "";
      problems.push(`${line}${where}: ${error instanceof Error ? error.message : String(error)}${advice}`);
    }
  }
  return { tools, problems };
}
