import type { CorePlugin } from "../../protocols/plugin.ts";
import { createTools } from "./create-tools.ts";
import { createToolSources } from "./tool-sources.ts";

/** Tools from files in the plugins folder, and from whatever else is in the list of sources. */
export const toolsPlugin: CorePlugin<"tools"> = {
  role: "tools",
  name: "tools",
  create: async (host) => createTools(host, await createToolSources(host)),
};
