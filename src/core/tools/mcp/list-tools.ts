import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { ResultSchema } from "@modelcontextprotocol/sdk/types.js";
import type { JsonObject } from "../../../protocols/json.ts";
import { readInputSchema } from "./input-schema.ts";

/** A tool as a server lists it, read and found usable. */
export type ListedTool = {
  /** The server's own name for it. */
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonObject;
  readonly readOnly: boolean;
  readonly idempotent: boolean;
  readonly destructive: boolean;
};

export type ToolList = {
  readonly tools: readonly ListedTool[];
  /** What is not in there, and why: ends of sentences. */
  readonly faults: readonly string[];
};

/** No model chooses well among more, and each is sent with every message. */
const MAX_TOOLS = 500;
const MAX_PAGES = 100;
const MAX_NAME = 200;
const MAX_DESCRIPTION = 8000;

/**
 * Every tool a server has, page by page. What cannot be used costs itself only, so the answer is read here and not by the
 * SDK's schema, which refuses a whole list for one entry (and compiles every output schema of it).
 * @param allows whether the configuration lets a tool in, by its own name.
 * @param timeoutMs of each page.
 */
export async function listTools(
  client: Client,
  allows: (name: string) => boolean,
  timeoutMs: number,
): Promise<ToolList> {
  const found = new Map<string, ListedTool>();
  const faults: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const answer = await client.request({ method: "tools/list", params }, ResultSchema, {
      timeout: timeoutMs,
    });
    for (const entry of Array.isArray(answer.tools) ? (answer.tools as unknown[]) : []) {
      const { name } = record(entry);
      if (typeof name === "string" && !allows(name)) continue;
      if (found.size >= MAX_TOOLS) return { tools: [...found.values()], faults: [...faults, tooMany] };
      const tool = readTool(entry);
      if (typeof tool === "string") faults.push(tool);
      else found.set(tool.name, tool);
    }
    cursor = typeof answer.nextCursor === "string" ? answer.nextCursor : undefined;
    if (cursor === undefined) return { tools: [...found.values()], faults };
  }
  return {
    tools: [...found.values()],
    faults: [...faults, `it lists more than ${MAX_PAGES} pages of tools`],
  };
}

const tooMany = `it has more than ${MAX_TOOLS} tools, and the rest is left out; choose some with \`allow_tools\``;

/** A tool, or why there is none. */
function readTool(entry: unknown): ListedTool | string {
  const { name, title, description, inputSchema, annotations, execution } = record(entry);
  if (typeof name !== "string" || name === "" || name.length > MAX_NAME)
    return `a tool without a name of 1 to ${MAX_NAME} characters is left out`;
  if (record(execution).taskSupport === "required")
    return `the tool ${JSON.stringify(name)} is left out: it runs only as a task, which is not supported`;
  const read = readInputSchema(inputSchema);
  if ("fault" in read) return `the tool ${JSON.stringify(name)} is left out: ${read.fault}`;
  const hints = record(annotations);
  const said = [description, title, hints.title].find((text) => typeof text === "string" && text !== "");
  return {
    name,
    description: String(said ?? `Call ${name}`).slice(0, MAX_DESCRIPTION),
    parameters: read.schema,
    readOnly: hints.readOnlyHint === true,
    idempotent: hints.idempotentHint === true,
    destructive: hints.destructiveHint === true,
  };
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
