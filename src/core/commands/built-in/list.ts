import type { Command } from "../../../protocols/command.ts";
import { archive } from "./archive.ts";
import { clear, newCommand } from "./clear.ts";
import { exportCommand } from "./export.ts";
import { help } from "./help.ts";
import { model, models } from "./models.ts";
import { planMode, planModeOff } from "./plan-mode.ts";
import { prompt } from "./prompt.ts";
import { retry } from "./retry.ts";
import { clearRole, role, roles } from "./roles.ts";
import { search } from "./search.ts";
import { stop } from "./stop.ts";
import { rename, title } from "./title.ts";

/** The built-in commands, in the order to show. */
export const builtInCommands: readonly Command[] = [
  clear,
  models,
  model,
  planMode,
  planModeOff,
  roles,
  role,
  clearRole,
  help,
  newCommand,
  prompt,
  title,
  rename,
  retry,
  stop,
  exportCommand,
  search,
  archive,
];
