import Type, { type Static } from "typebox";

/*
 * The one schema of the configuration: it is checked against, documented from and typed by this file.
 * Keys are written the same in `skeleton.yaml` and in the code. An `env` keyword names the variable that sets a key,
 * `envBefore` older names of it.
 * What is `secret` is never shown; a `mask` is a regular expression that was found usable.
 */

const closed = { additionalProperties: false } as const;

const limit = (points: number, seconds: number, description: string) =>
  Type.Object(
    {
      points: Type.Integer({ minimum: 1, default: points, description: "Calls allowed in the window." }),
      seconds: Type.Integer({
        minimum: 1,
        default: seconds,
        description: "Length of the window in seconds.",
      }),
    },
    { ...closed, default: {}, description },
  );

/** Generation parameters; whatever the upstream calls them. */
const ModelSettingsSchema = Type.Record(Type.String(), Type.Unknown(), {
  description:
    "For example temperature, top_p, max_tokens, reasoning_effort; anything else goes upstream as it is.",
});

const ProviderSchema = Type.Object(
  {
    type: Type.String({
      default: "openai",
      description:
        "`openai` for any compatible endpoint, `litellm` for a LiteLLM proxy, else the npm name of an AI SDK provider package.",
    }),
    base_url: Type.Optional(
      Type.String({ pattern: "^https?://", description: "For example https://host/v1." }),
    ),
    api_key: Type.Optional(Type.String({ secret: true, description: "Sent as a bearer token." })),
    headers: Type.Record(Type.String(), Type.String(), {
      default: {},
      secret: true,
      description: "Sent with every request to this provider.",
    }),
    models: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: "Instead of asking the endpoint for its list.",
      }),
    ),
    prefix: Type.String({ default: "", description: "Put before every model name of this provider." }),
    send_user: Type.Optional(
      Type.Boolean({
        description: "LiteLLM only: tell it the name of the user whom an answer is for, to count by.",
      }),
    ),
    tags: Type.Optional(
      Type.Array(Type.String({ pattern: "^[\\w.:/-]+$" }), {
        description: "LiteLLM only: tags that it books the spending of answers under.",
      }),
    ),
  },
  closed,
);

const LocalModelSchema = Type.Object(
  {
    path: Type.String({ minLength: 1, description: "The file; of several parts the first." }),
    format: Type.Optional(
      Type.String({
        minLength: 1,
        description: "A chat format of node-llama-cpp, instead of the file's own template.",
      }),
    ),
    settings: Type.Record(Type.String(), Type.Unknown(), {
      default: {},
      description: "n_ctx, n_threads, n_batch, and whatever else models.settings may say.",
    }),
  },
  closed,
);

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

const template = (description: string) => Type.String({ minLength: 1, description });

const HookSchema = Type.Object(
  {
    user: Type.String({ minLength: 1, description: "Whose job it becomes: one of the users." }),
    secret: Type.Optional(
      Type.String({
        minLength: 8,
        secret: true,
        description: "Messages are signed with it, as GitHub or Standard Webhooks do.",
      }),
    ),
    token: Type.Optional(
      Type.String({
        minLength: 8,
        secret: true,
        description: "Or messages bring it: as a bearer, `X-API-Token` or `X-Gitlab-Token`.",
      }),
    ),
    prompt: template("What is said to the model; `{{ issue.title }}` is a value of the message."),
    thread: Type.Optional(
      template("Id of the thread that it goes on, made by the first job. Default: a new one each time."),
    ),
    title: Type.Optional(template("Of a thread that it makes.")),
    instructions: Type.Optional(template("For its jobs, in place of a system prompt.")),
    system_prompt: Type.Optional(
      Type.String({ minLength: 1, description: "Key of a system prompt or role." }),
    ),
    model: Type.Optional(Type.String({ minLength: 1, description: "Who answers." })),
    callback_url: Type.Optional(template("Where the end of its jobs is told.")),
    only: Type.Record(Type.String(), Type.String(), {
      default: {},
      description: "Only messages with these values, by path, such as `action: opened`; others are ignored.",
    }),
  },
  closed,
);

export type HookConfig = Static<typeof HookSchema>;

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
      description: "Folder of uploaded files.",
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
        "Load tools and functions anew when their files change, for the turns that begin then: for writing them.",
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
    auth: Type.Object(
      {
        jwt_secret: Type.Optional(
          Type.String({
            minLength: 16,
            secret: true,
            env: "JWT_SECRET_KEY",
            envBefore: ["JWT_SECRET"],
            description: "Signs the tokens of sign-ins. Default: that of `jwt_secret_file`.",
          }),
        ),
        jwt_secret_file: Type.Optional(
          Type.String({
            env: "JWT_SECRET_FILE",
            description:
              "File that holds the secret. Default: jwt.secret in the data folder, made on the first start.",
          }),
        ),
        token_hours: Type.Number({
          exclusiveMinimum: 0,
          default: 24,
          hours: true,
          env: "SKELETON_TOKEN_HOURS",
          envBefore: ["JWT_EXPIRES_IN"],
          description: "Life of a sign-in in hours; the variables also take `90m`, `24h` and `7d`.",
        }),
      },
      { ...closed, default: {} },
    ),
    open_api: Type.Object(
      {
        enabled: Type.Boolean({
          default: false,
          env: "SKELETON_OPEN_API",
          description:
            "Answer calls without a token where Chat2AnyLLM and Llamalith did: for networks that you trust.",
        }),
        user: Type.String({
          default: "default",
          env: "SKELETON_OPEN_API_USER",
          description: "On whose behalf those are answered: one of the users.",
        }),
      },
      { ...closed, default: {} },
    ),
    sessions_api: Type.Object(
      {
        allowed_origins: Type.Array(Type.String({ pattern: "^https?://" }), {
          default: ["http://localhost:3000", "http://localhost:5173"],
          env: "SKELETON_SESSIONS_ORIGINS",
          envBefore: ["ALLOWED_ORIGINS"],
          description: "Pages elsewhere that may call Chat2AnyLLM's API; any port of these hosts may.",
        }),
        cors_allow_all: Type.Boolean({
          default: false,
          env: "SKELETON_SESSIONS_CORS_ALLOW_ALL",
          envBefore: ["CORS_ALLOW_ALL"],
          description: "Let any page call Chat2AnyLLM's API, with a token.",
        }),
      },
      { ...closed, default: {} },
    ),
    llamalith: Type.Object(
      {
        api_token: Type.Optional(
          Type.String({
            minLength: 8,
            secret: true,
            env: "N8N_API_TOKEN",
            description: "Opens Llamalith's API, as `Authorization: Bearer` or `X-API-Token`.",
          }),
        ),
        user: Type.String({
          minLength: 1,
          default: "default",
          env: "SKELETON_LLAMALITH_USER",
          description:
            "Whose conversations those are that this token and this password lead to: one of the users.",
        }),
        password_hash: Type.Optional(
          Type.String({
            pattern: "^\\$2[aby]\\$\\d\\d\\$[./A-Za-z0-9]{53}$",
            secret: true,
            env: "ADMIN_PASSWORD_HASH",
            description: "Hash (bcrypt) of the password that /chat/login asks for.",
          }),
        ),
        default_model: Type.String({
          minLength: 1,
          default: "mistral",
          description: "Model of its calls that name none.",
        }),
      },
      { ...closed, default: {} },
    ),
    slack: Type.Object(
      {
        signing_secret: Type.Optional(
          Type.String({
            minLength: 8,
            secret: true,
            env: "SLACK_SIGNING_SECRET",
            description: "Of the Slack app; switches POST /slack/command on.",
          }),
        ),
        users: Type.Record(Type.String(), Type.String({ minLength: 1 }), {
          default: {},
          description: "Who somebody is here, by their Slack id: `U012AB3CD: ada`.",
        }),
        response_hosts: Type.Array(Type.String({ minLength: 1 }), {
          default: ["hooks.slack.com"],
          description: "Hosts to which answers may be posted.",
        }),
      },
      { ...closed, default: {} },
    ),
    rate_limits: Type.Object(
      {
        enabled: Type.Boolean({
          default: true,
          env: "SKELETON_RATE_LIMITS",
          description: "`off` lifts every limit.",
        }),
        login: limit(5, 60, "POST /login, by client address."),
        message: limit(10, 10, "Messages, also those by way of /mcp, by user."),
        threads: limit(300, 60, "Reading and changing threads, and requests to /mcp, by user."),
        search: limit(60, 10, "Search, by user."),
        models: limit(60, 60, "Model lists, by user."),
        jobs: limit(600, 60, "Submitting, reading and cancelling jobs, by user; a batch counts once."),
      },
      { ...closed, default: {} },
    ),
    models: Type.Object(
      {
        providers: Type.Record(Type.String({ pattern: "^[a-z0-9][a-z0-9_-]*$" }), ProviderSchema, {
          default: {},
          description: "Where models come from, by a name of your own.",
        }),
        openai_api_key: Type.Optional(
          Type.String({
            secret: true,
            env: "OPENAI_API_KEY",
            description: "One more provider, without an entry in `providers`.",
          }),
        ),
        openai_base_url: Type.Optional(
          Type.String({
            pattern: "^https?://",
            env: "OPENAI_BASE_URL",
            description: "Its address. Default: that of OpenAI.",
          }),
        ),
        litellm_endpoint: Type.Optional(
          Type.String({
            pattern: "^https?://",
            env: "LITELLM_ENDPOINT",
            description:
              "The address of a LiteLLM proxy: one more provider. Default, where there is a key: http://localhost:4141.",
          }),
        ),
        litellm_api_key: Type.Optional(
          Type.String({ secret: true, env: "LITELLM_API_KEY", description: "Its key." }),
        ),
        discover: Type.Boolean({
          default: true,
          env: "SKELETON_DISCOVER",
          description: "With no provider configured, look for model servers on their usual loopback ports.",
        }),
        default: Type.Optional(
          Type.String({ description: "Model for requests that name none. Default: the first." }),
        ),
        settings: Type.Record(Type.String(), ModelSettingsSchema, {
          default: {},
          description: "Generation defaults by model name; `*` is for all.",
        }),
        context_windows: Type.Record(Type.String(), Type.Integer({ minimum: 256 }), {
          default: {},
          description:
            "Tokens a model can hold, by model name, where the provider does not tell; `*` is for all.",
        }),
        without_tools: Type.Array(Type.String({ minLength: 1 }), {
          default: [],
          description: "Models that cannot call tools, by name: they are offered none.",
        }),
        local: Type.Object(
          {
            models: Type.Record(Type.String({ pattern: "^[\\w.:+-]+$" }), LocalModelSchema, {
              default: {},
              description: "GGUF files that node-llama-cpp runs on this machine, by a name of your own.",
            }),
            folder: Type.String({
              default: "models",
              env: "SKELETON_MODELS_FOLDER",
              description: "In the data folder: every .gguf file in it is a model, by the file's name.",
            }),
            settings: Type.Record(Type.String(), Type.Unknown(), {
              default: {},
              description: "Of all of them, beneath their own: n_ctx, n_threads, n_batch, temperature, ...",
            }),
            max_bytes: Type.Optional(
              Type.Integer({
                minimum: 1,
                description:
                  "Memory for all loaded models: before there would be more, those not used for the longest time leave. Default: half of the machine's.",
              }),
            ),
            parallel: Type.Optional(
              Type.Integer({
                minimum: 1,
                maximum: 64,
                description:
                  "Answers that one model gives side by side. Default: `worker_count` of Llamalith's configuration, else 2.",
              }),
            ),
          },
          { ...closed, default: {} },
        ),
        fallbacks: Type.Record(Type.String(), Type.Array(Type.String()), {
          default: {},
          description: "Models to try in turn when one fails before its first token.",
        }),
        connect_timeout_ms: Type.Integer({
          minimum: 1,
          default: 10_000,
          description: "How long connecting to a provider may take.",
        }),
        first_byte_timeout_ms: Type.Integer({
          minimum: 1,
          default: 120_000,
          description: "How long a provider may think before it begins to answer.",
        }),
        idle_timeout_ms: Type.Integer({
          minimum: 1,
          default: 60_000,
          description: "How long a provider may pause in its answer.",
        }),
        retries: Type.Integer({
          minimum: 0,
          maximum: 10,
          default: 2,
          description: "Further tries of a request that failed before its first token.",
        }),
        list_ttl_ms: Type.Integer({
          minimum: 0,
          default: 30_000,
          description: "How long a model list is believed.",
        }),
      },
      { ...closed, default: {} },
    ),
    outbound: Type.Object(
      {
        allow: Type.Array(Type.String({ minLength: 1 }), {
          default: [],
          env: "SKELETON_OUTBOUND_ALLOW",
          description:
            "Hosts outside the public internet that tools may fetch from, and webhooks may go to, all the same: names and addresses, each with a port if only that one is meant, and networks such as 10.1.0.0/16.",
        }),
      },
      { ...closed, default: {} },
    ),
    webhooks: Type.Object(
      {
        attempts: Type.Integer({
          minimum: 1,
          maximum: 20,
          default: 8,
          description: "How often a message that its receiver does not take is sent in all.",
        }),
        first_pause_ms: Type.Integer({
          minimum: 1,
          maximum: 3_600_000,
          default: 5000,
          description:
            "Pause before the second try; each further one is four times as long, up to six hours.",
        }),
        timeout_ms: Type.Integer({
          minimum: 1,
          maximum: 60_000,
          default: 10_000,
          description: "How long a receiver may take to answer.",
        }),
        keep_days: Type.Integer({
          minimum: 1,
          default: 30,
          description: "How long it is kept what was sent, for the list and to send it again.",
        }),
      },
      { ...closed, default: {} },
    ),
    hooks: Type.Record(Type.String({ pattern: "^[a-z0-9][a-z0-9_-]{0,63}$" }), HookSchema, {
      default: {},
      description: "What other systems post to /hooks/<name> becomes a job, by a name of your own.",
    }),
    mcp_servers: Type.Record(Type.String({ pattern: "^[a-z0-9][a-z0-9_-]{0,31}$" }), McpServerSchema, {
      default: {},
      description: "Servers whose tools the models may call, by a name of your own.",
    }),
    turns: Type.Object(
      {
        checkpoint_ms: Type.Integer({
          minimum: 50,
          default: 1000,
          description: "How often a running turn makes durable what it has said.",
        }),
      },
      { ...closed, default: {} },
    ),
    jobs: Type.Object(
      {
        workers: Type.Integer({
          minimum: 0,
          maximum: 64,
          default: 4,
          env: "SKELETON_JOB_WORKERS",
          description:
            "How many jobs the server runs at once; 0 leaves them all to processes of `skeleton worker`.",
        }),
        timeout_ms: Type.Integer({
          minimum: 1,
          maximum: 86_400_000,
          default: 600_000,
          description: "How long one attempt at a job may take, unless the job says otherwise.",
        }),
        attempts: Type.Integer({
          minimum: 1,
          maximum: 20,
          default: 3,
          description: "How often a job is tried where a failure may pass, unless the job says otherwise.",
        }),
        backoff_ms: Type.Integer({
          minimum: 1,
          default: 1000,
          description: "Pause before the second attempt; each one after that is twice as long.",
        }),
        max_backoff_ms: Type.Integer({
          minimum: 1,
          default: 60_000,
          description: "The longest pause.",
        }),
      },
      { ...closed, default: {} },
    ),
    tools: Type.Object(
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
    ),
    functions: Type.Object(
      {
        timeout_ms: Type.Integer({
          minimum: 1,
          default: 30_000,
          description: "How long one hook of a function may take.",
        }),
      },
      { ...closed, default: {} },
    ),
  },
  closed,
);

/**
 * The configuration as everything sees it: complete, checked, never changed while the server runs. `host` is there
 * after loading, whatever the mode.
 */
export type Config = Static<typeof ConfigSchema> & { readonly host: string };
