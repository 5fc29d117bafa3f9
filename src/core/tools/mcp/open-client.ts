import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { getDefaultEnvironment } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { ElicitRequestSchema, ToolListChangedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { SkeletonError } from "../../../lib/errors.ts";
import { within } from "../../../lib/time-limit.ts";
import type { Config } from "../../../protocols/config.ts";
import type { Elicitation } from "./elicit.ts";
import { createMeter } from "./meter.ts";
import { meteredFetch } from "./metered-fetch.ts";
import { ownSignal } from "./own-signal.ts";
import { stdioTransport } from "./stdio-transport.ts";

export type ServerConfig = Config["mcp_servers"][string];

export type OpenOptions = {
  /** How long the server may take to say hello, in ms. */
  readonly connectMs: number;
  /** How long each step of ending a program may take, in ms. */
  readonly graceMs: number;
  readonly signal: AbortSignal;
  /** What a program writes to its standard error; absent when nobody wants to know. */
  readonly onStderr: ((line: string) => void) | undefined;
  /** The server says that its tools are others now. */
  readonly onListChanged: () => void;
  /** Asks a user for the server; absent where it may not ask. */
  readonly onAsk: Elicitation["answer"] | undefined;
};

export type OpenClient = {
  readonly client: Client;
  /** Resolves once the connection has ended. */
  readonly closed: Promise<void>;
  /** What was wrong with it, if anything was. */
  wrong(): unknown;
  /** Resolves when nothing of it is left: no request, no process. */
  close(): Promise<void>;
};

/** How long an HTTP server is waited for that is asked whether it is there, or told goodbye. In ms. */
const SHORT_MS = 5000;

/** @throws what kept it from connecting; nothing is left of it then. */
export async function openClient(config: ServerConfig, options: OpenOptions): Promise<OpenClient> {
  const transport = transportOf(config, options);
  const { onAsk } = options;
  const capabilities = onAsk === undefined ? {} : { elicitation: { form: {}, url: {} } };
  const client = new Client({ name: "skeleton", version: "1" }, { capabilities });
  if (onAsk !== undefined)
    client.setRequestHandler(ElicitRequestSchema, ({ params }, { signal }) => onAsk(params, signal));
  const closed = Promise.withResolvers<void>();
  let wrong: unknown;
  client.onclose = () => closed.resolve();
  client.onerror = (error) => {
    if (transport instanceof StreamableHTTPClientTransport) void check();
    else if (error instanceof SkeletonError) wrong ??= error; // others are not the end of a connection
  };
  client.setNotificationHandler(ToolListChangedNotificationSchema, options.onListChanged);

  let checking = false;
  /** An HTTP connection has no end of its own: after an error the server is asked whether it still knows us. */
  async function check(): Promise<void> {
    if (checking) return;
    checking = true;
    try {
      await client.ping({ timeout: SHORT_MS });
    } catch (error) {
      wrong ??= error;
      await client.close();
    }
    checking = false;
  }

  async function close(): Promise<void> {
    if (transport instanceof StreamableHTTPClientTransport)
      await within(
        SHORT_MS / 5,
        transport.terminateSession().catch(() => {}),
        undefined,
      ); // it may be gone
    await client.close();
    await transport.close(); // of one that failed to connect the client knows nothing
  }

  const own = ownSignal(options.signal);
  try {
    checking = true; // it is being asked already
    await client.connect(transport, { timeout: options.connectMs, signal: own.signal });
    checking = false;
  } catch (error) {
    await close();
    throw wrong ?? error;
  } finally {
    own.letGo();
  }
  return { client, closed: closed.promise, wrong: () => wrong, close };
}

function transportOf(config: ServerConfig, options: OpenOptions): Transport {
  const { command, args, env, cwd, url, headers } = config;
  if (command !== undefined && url === undefined)
    return stdioTransport({ command, args, env: { ...getDefaultEnvironment(), ...env }, cwd }, options);
  if (url === undefined || command !== undefined)
    throw new SkeletonError("config_invalid", "it needs either `command` or `url`", {
      hint: "Set one of the two.",
    });
  return new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers },
    fetch: meteredFetch(createMeter()),
  }) as Transport; // its `sessionId?: string` and the interface's `string | undefined` are one in its own settings
}
