import type { HttpContext } from "../context.ts";
import type { Server } from "../type-provider.ts";
import { registerCompletions } from "./completions.ts";
import { refuseOtherPages } from "./origins.ts";
import { registerRoles } from "./roles.ts";
import { registerSessions } from "./sessions.ts";
import { registerSignIn } from "./sign-in.ts";
import { registerStream } from "./stream.ts";
import { tellFault } from "./tell-fault.ts";

/** Chat2AnyLLM's surface, for its clients: a session is a thread, and everything else is what it is elsewhere. */
export async function registerSessionsApi(server: Server, context: HttpContext): Promise<void> {
  await server.register((surface: Server, _options, done) => {
    surface.setErrorHandler(tellFault);
    refuseOtherPages(surface, context.host);
    registerSignIn(surface, context);
    registerCompletions(surface, context);
    registerSessions(surface, context);
    registerStream(surface, context);
    registerRoles(surface, context);
    done();
  });
}
