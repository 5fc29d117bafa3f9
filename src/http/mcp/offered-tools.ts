import type { Json, JsonObject } from "../../protocols/json.ts";
import type { Host } from "../../protocols/plugin.ts";
import type { Tool } from "../../protocols/tool.ts";
import { askTool } from "./ask.ts";

/** What this user may call from elsewhere: tools that ask before they run are not there, since nobody is there to ask. */
export async function offeredTools(host: Host, userId: string): Promise<readonly Tool[]> {
  const tools = await (await host.get("tools")).getTools({ userId });
  const configured = new Map(Object.entries(host.config.tools.approve));
  return tools.filter(
    ({ name, approve = "never" }) => (configured.get(name) ?? approve) === "never" && name !== askTool.name,
  );
}

/** As `tools/list` tells it. What may destroy something asks first, so it is not among them. */
export const describeTool = ({ name, description, parameters, readOnly, idempotent }: Tool): object => ({
  ...{ name, description, inputSchema: inputSchema(parameters) },
  annotations: {
    readOnlyHint: readOnly ?? false,
    idempotentHint: idempotent ?? false,
    destructiveHint: false,
  },
});

/** An argument's schema may be `true` or `false`; clients take objects alone, and refuse the whole list for another. */
function inputSchema({ properties, ...rest }: JsonObject): JsonObject {
  const asObject = (schema: Json | undefined) =>
    schema === false ? { not: {} } : schema === true ? {} : schema;
  const entries = Object.entries(Object(properties) as JsonObject);
  const objects = Object.fromEntries(entries.map(([name, schema]) => [name, asObject(schema)]));
  return { ...rest, properties: objects, type: "object" };
}
