import Type from "typebox";
import { closed } from "./closed.ts";

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

/** Sign-ins. */
export const AuthSchema = Type.Object(
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
);

/** How many calls are answered. */
export const RateLimitsSchema = Type.Object(
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
);
