import {
  type ElicitRequest,
  type ElicitResult,
  ErrorCode,
  McpError,
} from "@modelcontextprotocol/sdk/types.js";
import { codeOf } from "../../../lib/errors.ts";
import { given } from "../../../lib/given.ts";
import type { JsonObject } from "../../../protocols/json.ts";
import type { ToolContext } from "../../../protocols/tool.ts";

/** A call that runs, and whose user its server may ask. */
export type Asker = Pick<ToolContext, "ask" | "turnId" | "signal">;

/** What a server asks its users while it runs their calls (`elicitation/create`). */
export type Elicitation = {
  /** The call runs. @returns what is called when it is over. */
  begin(call: Asker): () => void;
  /** Asks the user of the call that runs. @throws `McpError` where that cannot be told, or the question not be shown. */
  answer(params: ElicitRequest["params"], signal: AbortSignal): Promise<ElicitResult>;
};

/** @param server its name, shown to the user beside the question. */
export function createElicitation(server: string): Elicitation {
  const running = new Set<Asker>();

  /**
   * A server does not say for which call it asks, and all users share its connection. So it may ask only while the calls
   * of a single turn run: one user's question must never come to another.
   */
  function whoIsMeant(): Asker {
    const calls = [...running];
    const last = calls.at(-1);
    if (last === undefined) throw refused("No call of a tool runs, so there is nobody to ask.");
    if (calls.every(({ turnId }) => turnId === last.turnId)) return last;
    throw refused("Calls of several turns run at once, and it cannot be told which of them asks. Try again.");
  }

  return {
    begin(call) {
      const own = { ...call };
      running.add(own);
      return () => running.delete(own);
    },
    async answer(params, signal) {
      const { ask, signal: stopped } = whoIsMeant();
      if (ask === undefined) return { action: "decline" };
      try {
        const { approved, arguments: content } = await ask({ ...questionOf(params), from: server, signal });
        if (!approved) return { action: "decline" };
        const filled = params.mode === "url" ? undefined : ((content ?? {}) as ElicitResult["content"]);
        return { action: "accept", ...given({ content: filled }) };
      } catch (error) {
        if (stopped.aborted || signal.aborted) return { action: "cancel" };
        if (codeOf(error) === "bad_input")
          throw new McpError(ErrorCode.InvalidParams, (error as Error).message);
        throw new McpError(ErrorCode.InternalError, "The user could not be asked.");
      }
    },
  };
}

/** A call may also end with the addresses where its user has to go first; of more than these none is shown. */
const addressesAtMost = 5;

/**
 * Sends the user where a failed call wants them to go before it is made again (`URLElicitationRequiredError`).
 * @returns whether it may be: the call asked for that, and the user said yes to all of it.
 * @throws what `ask` throws.
 */
export async function wentThere(error: unknown, server: string, ask: ToolContext["ask"]): Promise<boolean> {
  const { code, data } = error as { readonly code?: unknown; readonly data?: { elicitations?: unknown } };
  if (code !== ErrorCode.UrlElicitationRequired || ask === undefined) return false;
  const list: readonly unknown[] = Array.isArray(data?.elicitations) ? data.elicitations : [];
  if (list.length === 0 || list.length > addressesAtMost) return false;
  for (const each of list) {
    const { message = "", url = "" } = Object(each) as { readonly message?: unknown; readonly url?: unknown };
    const { approved } = await ask({ message: String(message), url: String(url), from: server });
    if (!approved) return false;
  }
  return true;
}

const questionOf = (params: ElicitRequest["params"]) =>
  params.mode === "url"
    ? { message: params.message, url: params.url }
    : { message: params.message, form: params.requestedSchema as JsonObject };

const refused = (message: string) => new McpError(ErrorCode.InvalidRequest, message);
