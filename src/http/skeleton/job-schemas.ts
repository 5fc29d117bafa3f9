import Type from "typebox";
import { closed } from "./schemas.ts";

const JobStateName = Type.Union(
  [
    Type.Literal("queued"),
    Type.Literal("processing"),
    Type.Literal("done"),
    Type.Literal("error"),
    Type.Literal("cancelled"),
  ],
  { description: "The last three are final." },
);

const Text = Type.Union([Type.String(), Type.Null()]);
const Time = Type.Union([Type.String(), Type.Null()]);

/** Anything that JSON can say: what a caller keeps in a record, and what goes to a model as it is. */
const Anything = Type.Record(Type.String(), Type.Unknown());

export const JobId = Type.Object({ job_id: Type.Integer({ minimum: 1 }) }, closed);

export const JobGiven = Type.Object(
  {
    prompt: Type.String({ description: "What is said to the model." }),
    thread_id: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        pattern: "^[^\\u0000-\\u001f\\u007f]+$",
        description:
          "The conversation that it goes on, by a name of your own: it is made by the first job that runs in it. Jobs of one " +
          "run in the order in which they came. Absent: a new one.",
      }),
    ),
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 1000, description: "Of a new thread." })),
    model: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    system_prompt: Type.Optional(
      Type.String({ maxLength: 1000, description: "Key of a system prompt or role." }),
    ),
    instructions: Type.Optional(
      Type.String({ description: "For this job alone, in place of the system prompt." }),
    ),
    template: Type.Optional(
      Type.Object(
        {
          role_id: Type.String({ minLength: 1, maxLength: 200 }),
          version: Type.Optional(Type.Integer({ minimum: 1, description: "Default: the newest." })),
          variables: Type.Optional(
            Type.Record(Type.String(), Type.Unknown(), {
              description: "Values for the places in its text, as in `{{ language }}`, by name.",
            }),
          ),
        },
        {
          ...closed,
          description: "A chat role in place of `instructions`, as it reads when the job is taken.",
        },
      ),
    ),
    settings: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: "How to generate this answer, on top of the thread's own settings.",
      }),
    ),
    priority: Type.Optional(
      Type.Integer({
        minimum: -2_147_483_648,
        maximum: 2_147_483_647,
        description:
          "Higher first; default 0. More than that is for admins: it goes before all others' jobs.",
      }),
    ),
    attempts: Type.Optional(Type.Integer({ minimum: 1, maximum: 20 })),
    timeout_ms: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400_000 })),
    callback_url: Type.Optional(
      Type.String({
        pattern: "^https?://",
        maxLength: 2000,
        description: "It is sent the job (`POST`) once that is over.",
      }),
    ),
    meta: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: "Whatever you want to find in the job again.",
      }),
    ),
  },
  closed,
);

export const JobRow = Type.Object({
  id: Type.Integer(),
  thread_id: Type.String(),
  state: JobStateName,
  model: Type.String({
    description: 'The one that was asked for, or ""; once it is over, the one that answered.',
  }),
  prompt: Type.String(),
  system_prompt: Type.String(),
  instructions: Text,
  template: Type.Union(
    [
      Type.Object({
        role_id: Type.String(),
        version: Type.Integer(),
        variables: Type.Optional(Anything),
      }),
      Type.Null(),
    ],
    { description: "What its instructions were filled from." },
  ),
  settings: Type.Union([Anything, Type.Null()]),
  priority: Type.Integer(),
  attempt: Type.Integer({ description: "Which attempt runs, waits to begin, or was the last: from 1." }),
  attempts: Type.Integer(),
  timeout_ms: Type.Integer(),
  turn_id: Text,
  message_id: Text,
  result: Type.Union([Type.String(), Type.Null()], {
    description: "The answer; what went wrong, where something did.",
  }),
  error: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()]),
  usage: Type.Union(
    [
      Type.Object({
        prompt_tokens: Type.Optional(Type.Integer()),
        completion_tokens: Type.Optional(Type.Integer()),
        total_tokens: Type.Optional(Type.Integer()),
        cost: Type.Optional(Type.Number()),
        cached: Type.Optional(Type.Boolean()),
      }),
      Type.Null(),
    ],
    { description: "Of its answer, where the model told." },
  ),
  created_at: Type.String(),
  started_at: Time,
  finished_at: Time,
  callback_url: Text,
  meta: Type.Union([Anything, Type.Null()]),
});

const JobCountsRow = Type.Object({
  queued: Type.Integer(),
  processing: Type.Integer(),
  done: Type.Integer(),
  error: Type.Integer(),
  cancelled: Type.Integer(),
});

export const JobListQuery = Type.Object(
  {
    state: Type.Optional(JobStateName),
    thread_id: Type.Optional(Type.String({ maxLength: 200 })),
    model: Type.Optional(Type.String({ maxLength: 200 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: "Default 50." })),
    before: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: "Only jobs with a smaller id: the last one of the page before.",
      }),
    ),
  },
  closed,
);

export const JobList = Type.Object({
  jobs: Type.Array(JobRow),
  has_more: Type.Boolean(),
  counts: JobCountsRow,
});

export const JobStatsQuery = Type.Object(
  {
    hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 168, description: "Default 24." })),
    spans: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 200, description: "Into how many they are cut; default 24." }),
    ),
  },
  closed,
);

const Mean = Type.Union([Type.Number(), Type.Null()]);

export const JobStatsRow = Type.Object({
  span_ms: Type.Number(),
  spans: Type.Array(
    Type.Object({
      at: Type.String({ description: "When it begins." }),
      submitted: Type.Integer(),
      done: Type.Integer(),
      error: Type.Integer(),
      cancelled: Type.Integer(),
      depth: Type.Integer({ description: "Jobs that waited or ran when it was over." }),
      wait_ms: Mean,
      run_ms: Mean,
    }),
    { description: "Oldest first; the newest one ends now." },
  ),
});

export const JobBatch = Type.Object({ jobs: Type.Array(JobGiven, { minItems: 1, maxItems: 1000 }) }, closed);

export const JobRows = Type.Object({ jobs: Type.Array(JobRow) });
