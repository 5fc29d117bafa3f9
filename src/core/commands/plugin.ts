import type { CorePlugin } from "../../protocols/plugin.ts";
import { builtInCommands } from "./built-in/list.ts";
import { openCommands } from "./create-commands.ts";

/** The built-in commands, and files in the plugins folder. */
export const commandsPlugin: CorePlugin<"commands"> = {
  role: "commands",
  name: "commands",
  create: (host) => openCommands(host, builtInCommands, { loadMs: 10_000, runMs: 30_000, completeMs: 2_000 }),
};
