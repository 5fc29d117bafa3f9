import Type from "typebox";
import { closed } from "./closed.ts";

/** Calls without a token. */
export const OpenApiSchema = Type.Object(
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
);

/** Chat2AnyLLM's API. */
export const SessionsApiSchema = Type.Object(
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
);

/** Llamalith's API. */
export const LlamalithSchema = Type.Object(
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
);

/** The Slack app. */
export const SlackSchema = Type.Object(
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
);
