import Type, { type Static } from "typebox";
import { closed } from "./closed.ts";

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

/** What other systems post, and what becomes of it. */
export const HooksSchema = Type.Record(Type.String({ pattern: "^[a-z0-9][a-z0-9_-]{0,63}$" }), HookSchema, {
  default: {},
  description: "What other systems post to /hooks/<name> becomes a job, by a name of your own.",
});

/** How other systems are told. */
export const WebhooksSchema = Type.Object(
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
      description: "Pause before the second try; each further one is four times as long, up to six hours.",
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
);

/** How turns run. */
export const TurnsSchema = Type.Object(
  {
    checkpoint_ms: Type.Integer({
      minimum: 50,
      default: 1000,
      description: "How often a running turn makes durable what it has said.",
    }),
  },
  { ...closed, default: {} },
);

/** How jobs run. */
export const JobsSchema = Type.Object(
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
);
