import Type from "typebox";
import { closed } from "./closed.ts";

const McpServerSchema = Type.Object(
  {
    command: Type.Optional(
      Type.String({
        minLength: 1,
        description: "Program to start, which speaks MCP on its standard streams.",
      }),
    ),
    args: Type.Array(Type.String(), {
      default: [],
      secret: true,
      description: "Its arguments.",
    }),
    env: Type.Record(Type.String(), Type.String(), {
      default: {},
      secret: true,
      description:
        "Its variables; of the server's own it gets HOME, LOGNAME, PATH, SHELL, TERM and USER only.",
    }),
    cwd: Type.Optional(
      Type.String({ minLength: 1, description: "Folder it runs in. Default: that of the server." }),
    ),
    url: Type.Optional(
      Type.String({
        pattern: "^https?://",
        secret: true,
        description: "Instead of `command`: the address of one that speaks streamable HTTP.",
      }),
    ),
    headers: Type.Record(Type.String(), Type.String(), {
      default: {},
      secret: true,
      description: "Sent with every request to `url`.",
    }),
    allow_users: Type.Optional(
      Type.String({ mask: true, description: "Regular expression that must match a user's whole name." }),
    ),
    allow_tools: Type.Optional(
      Type.String({
        mask: true,
        description: "Regular expression that must match the whole name that the server gives a tool.",
      }),
    ),
    approve: Type.Optional(
      Type.Union([Type.Literal("always"), Type.Literal("once"), Type.Literal("never")], {
        description:
          "Whether users are asked before its tools run. Default: `always` for those that call themselves destructive, else `never`.",
      }),
    ),
    timeout_ms: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 2_147_483_647,
        description: "How long one call may take.",
      }),
    ),
    ask_users: Type.Boolean({
      default: true,
      description: "Whether its tools may ask their users for data while they run (elicitation).",
    }),
  },
  closed,
);

/** Servers of tools. */
export const McpServersSchema = Type.Record(
  Type.String({ pattern: "^[a-z0-9][a-z0-9_-]{0,31}$" }),
  McpServerSchema,
  {
    default: {},
    description: "Servers whose tools the models may call, by a name of your own.",
  },
);

/** How tools are called. */
export const ToolsSchema = Type.Object(
  {
    timeout_ms: Type.Integer({
      minimum: 1,
      maximum: 86_400_000,
      default: 60_000,
      description: "How long one call of a tool may take, unless the tool says otherwise.",
    }),
    max_result_chars: Type.Integer({
      minimum: 1000,
      default: 100_000,
      description: "What of a tool's result is given to the model, in characters; the rest is cut.",
    }),
    max_rounds: Type.Integer({
      minimum: 1,
      default: 25,
      description: "How often a model may call tools in one answer before it has to sum up.",
    }),
    approve: Type.Record(
      Type.String(),
      Type.Union([Type.Literal("always"), Type.Literal("once"), Type.Literal("never")]),
      {
        default: {},
        description:
          "Whether the user is asked before a tool runs, by its name, whatever the tool itself says: `always`, `once` " +
          "in a thread, or `never`.",
      },
    ),
  },
  { ...closed, default: {} },
);

/** How functions are called. */
export const FunctionsSchema = Type.Object(
  {
    timeout_ms: Type.Integer({
      minimum: 1,
      default: 30_000,
      description: "How long one hook of a function may take.",
    }),
  },
  { ...closed, default: {} },
);

/** What may be fetched that a user or a model named. */
export const OutboundSchema = Type.Object(
  {
    allow: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      env: "SKELETON_OUTBOUND_ALLOW",
      description:
        "Hosts outside the public internet that tools may fetch from, and webhooks may go to, all the same: names and addresses, each with a port if only that one is meant, and networks such as 10.1.0.0/16.",
    }),
  },
  { ...closed, default: {} },
);
