import type { HttpContext } from "../context.ts";
import type { Server } from "../type-provider.ts";
import { registerAccount } from "./account.ts";
import { registerAccountEvents } from "./account-events.ts";
import type { SignInPage } from "./account-schemas.ts";
import { registerApprovals } from "./approvals.ts";
import { registerCommands } from "./commands.ts";
import { registerExport } from "./export.ts";
import { registerJobs } from "./jobs.ts";
import { registerKeys } from "./keys.ts";
import { registerMessages } from "./messages.ts";
import { registerModels } from "./models.ts";
import { registerPromptText } from "./prompt-text.ts";
import { registerRoleFiles } from "./role-files.ts";
import { registerRoles } from "./roles.ts";
import { registerSearch } from "./search.ts";
import { registerThreads } from "./threads.ts";
import { registerTurns } from "./turns.ts";
import { registerDeliveries } from "./webhook-deliveries.ts";
import { registerWebhooks } from "./webhooks.ts";

/** Skeleton's own surface: the original's endpoints as they were, and what the page needs beside them. */
export function registerSkeletonApi(
  server: Server,
  context: HttpContext,
  signInPages: readonly SignInPage[],
): void {
  registerAccount(server, context, signInPages);
  registerKeys(server, context);
  registerModels(server, context);
  registerPromptText(server, context);
  registerRoles(server, context);
  registerRoleFiles(server, context);
  registerThreads(server, context);
  registerExport(server, context);
  registerSearch(server, context);
  registerMessages(server, context);
  registerTurns(server, context);
  registerJobs(server, context);
  registerApprovals(server, context);
  registerCommands(server, context);
  registerAccountEvents(server, context);
  registerWebhooks(server, context);
  registerDeliveries(server, context);
}
