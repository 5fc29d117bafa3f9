import Type, { type Static } from "typebox";
import { AuthSchema, RateLimitsSchema } from "./config/access.ts";
import { closed } from "./config/closed.ts";
import { HooksSchema, JobsSchema, TurnsSchema, WebhooksSchema } from "./config/jobs.ts";
import { ModelsSchema } from "./config/models.ts";
import { LlamalithSchema, OpenApiSchema, SessionsApiSchema, SlackSchema } from "./config/surfaces.ts";
import { FunctionsSchema, McpServersSchema, OutboundSchema, ToolsSchema } from "./config/tools.ts";

/*
 * The one schema of the configuration: it is checked against, documented from and typed by this file.
 * Keys are written the same in `skeleton.yaml` and in the code. An `env` keyword names the variable that sets a key,
 * `envBefore` older names of it.
 * What is `secret` is never shown; a `mask` is a regular expression that was found usable.
 */

export const ConfigSchema = Type.Object(
  {
    mode: Type.Union([Type.Literal("normal"), Type.Literal("ephemeral")], {
      default: "normal",
      env: "SKELETON_MODE",
      description:
        "`ephemeral`: user default/default, nothing on disk, loopback only unless host says otherwise.",
    }),
    host: Type.Optional(
      Type.String({
        env: "SKELETON_HOST",
        description: "Address to listen on. Default 0.0.0.0, or 127.0.0.1 in ephemeral mode.",
      }),
    ),
    port: Type.Integer({
      minimum: 0,
      maximum: 65535,
      default: 8000,
      env: "SKELETON_PORT",
      envBefore: ["PORT"],
      description: "Port to listen on; 0 takes any free one.",
    }),
    workers: Type.Integer({
      minimum: 1,
      maximum: 64,
      default: 1,
      env: "SKELETON_WORKERS",
      description:
        "Processes that serve this port, for all cores of one machine. Jobs at once, rate limits and loaded local models stay those of one server.",
    }),
    public_url: Type.Optional(
      Type.String({
        pattern: "^https?://",
        env: "SKELETON_PUBLIC_URL",
        description: "How browsers reach this server, with `base_path` where there is one.",
      }),
    ),
    base_path: Type.String({
      pattern: "^((/[A-Za-z0-9._~-]+)+)?$",
      default: "",
      env: "SKELETON_BASE_PATH",
      description:
        "Path of its host that this server stands under, such as `/skeleton`, whether the proxy before it takes it off or not.",
    }),
    trusted_proxies: Type.Array(Type.String(), {
      default: [],
      env: "SKELETON_TRUSTED_PROXIES",
      description: "Addresses or networks whose X-Forwarded-For is believed.",
    }),
    cors_origins: Type.Array(Type.String({ pattern: "^https?://" }), {
      default: [],
      env: "SKELETON_CORS_ORIGINS",
      description: "Origins of other pages that may call the API.",
    }),
    body_limit: Type.Integer({
      minimum: 1024,
      default: 2_097_152,
      description: "Largest request body, in bytes.",
    }),
    data_path: Type.String({
      default: ".",
      env: "DATA_PATH",
      description: "Folder of users, secrets and database.",
    }),
    users_filename: Type.String({
      default: "users.yaml",
      env: "USERS_FILENAME",
      description: "Accounts, in the data folder.",
    }),
    database_filename: Type.String({
      default: "skeleton.db",
      env: "SQLITE_DB_FILENAME",
      description: "SQLite database, in the data folder.",
    }),
    database_url: Type.Optional(
      Type.String({
        pattern: "^postgres(ql)?://",
        secret: true,
        env: "DATABASE_URL",
        description: "A PostgreSQL database, used instead of the SQLite file.",
      }),
    ),
    redis_url: Type.Optional(
      Type.String({
        env: "REDIS_URL",
        secret: true,
        pattern: "^rediss?://",
        description:
          "Redis (6.2 or newer) that the instances of one installation share, for example redis://:password@host:6379/0. Each then shows, stops and answers the turns of the others, and rate limits count for all.",
      }),
    ),
    upload_dir: Type.String({
      default: "uploads",
      env: "UPLOAD_DIR",
      description: "Folder of uploaded files. Nothing is kept there yet.",
    }),
    system_prompts_file: Type.Optional(
      Type.String({
        env: "SYSTEM_PROMPTS_FILE",
        description:
          "System prompts. Default, or when it is missing: system_prompts.yaml in the data folder, then in the working directory.",
      }),
    ),
    plugins_path: Type.String({
      default: "plugins",
      env: "SKELETON_PLUGINS",
      description: "The plugins folder.",
    }),
    plugins_watch: Type.Boolean({
      default: false,
      env: "SKELETON_PLUGINS_WATCH",
      description:
        "Load tools, functions and commands anew when their files change, for the turns that begin then: for writing them.",
    }),
    log_level: Type.Union(
      [
        Type.Literal("debug"),
        Type.Literal("info"),
        Type.Literal("warn"),
        Type.Literal("error"),
        Type.Literal("silent"),
      ],
      {
        default: "info",
        env: "LOG_LEVEL",
        description: "The variable also takes DEBUG, INFO, WARNING, ERROR and CRITICAL.",
      },
    ),
    auth: AuthSchema,
    open_api: OpenApiSchema,
    sessions_api: SessionsApiSchema,
    llamalith: LlamalithSchema,
    slack: SlackSchema,
    rate_limits: RateLimitsSchema,
    models: ModelsSchema,
    outbound: OutboundSchema,
    webhooks: WebhooksSchema,
    hooks: HooksSchema,
    mcp_servers: McpServersSchema,
    turns: TurnsSchema,
    jobs: JobsSchema,
    tools: ToolsSchema,
    functions: FunctionsSchema,
  },
  closed,
);

/**
 * The configuration as everything sees it: complete, checked, never changed while the server runs. `host` is there
 * after loading, whatever the mode.
 */
export type Config = Static<typeof ConfigSchema> & { readonly host: string };
