import Type from "typebox";
import { closed } from "./closed.ts";

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

/** Answers that are given again to who asks the same. */
const CacheSchema = Type.Object(
  {
    scope: Type.Union([Type.Literal("off"), Type.Literal("user"), Type.Literal("shared")], {
      default: "off",
      env: "SKELETON_RESPONSE_CACHE",
      description:
        "Whether who asks the same, to the letter, has the same answer again: `user`, each user's own; `shared`, one's answer for everybody. Kept in Redis where there is one, else in memory.",
    }),
    ttl_hours: Type.Number({
      exclusiveMinimum: 0,
      maximum: 8760,
      default: 24,
      hours: true,
      env: "SKELETON_RESPONSE_CACHE_TTL",
      description: "How long an answer is kept, in hours; the variable also takes `90m`, `24h` and `7d`.",
    }),
    max_bytes: Type.Integer({
      minimum: 1024,
      default: 67_108_864,
      description: "Memory for kept answers, where there is no Redis; those not asked for the longest leave.",
    }),
    models: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: "Whose answers are kept, by name; none: those of all models.",
    }),
  },
  { ...closed, default: {} },
);

/** Where models come from, and how they are asked. */
export const ModelsSchema = Type.Object(
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
    cache: CacheSchema,
  },
  { ...closed, default: {} },
);
