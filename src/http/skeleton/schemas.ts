import Type from "typebox";
import { pageIcons } from "../../host/page-fault.ts";
import type { PageIcon } from "../../protocols/page.ts";

/*
 * What a caller sends and what it is answered. The page takes its types from here, as types alone (web/src/api/wire.ts):
 * a field that changes here is a fault there, before anything runs.
 */

export const closed = { additionalProperties: false } as const;

/** `{"detail": ...}`: what went wrong and what to do. */
const Detail = Type.Object({ detail: Type.Unknown() }, { additionalProperties: true });

/** Every failure of this surface has the same shape. */
export const failures = { "4xx": Detail, "5xx": Detail } as const;

/** `{"message": ...}`: it was done. */
export const Done = Type.Object({ message: Type.String() });

export const ThreadId = Type.Object({ thread_id: Type.String({ maxLength: 200 }) }, closed);

export const MessageId = Type.Object(
  { thread_id: Type.String({ maxLength: 200 }), message_id: Type.String({ maxLength: 200 }) },
  closed,
);

export const TurnId = Type.Object({ turn_id: Type.String({ maxLength: 200 }) }, closed);

const Details = Type.Optional(
  Type.Boolean({ description: "Everything that is known, not only the basic fields." }),
);

export const ModelsQuery = Type.Object(
  {
    details: Details,
    refresh: Type.Optional(
      Type.Boolean({
        description: "Ask every provider now, and wait for it, rather than every now and then.",
      }),
    ),
  },
  closed,
);

const PageQuery = Type.Object(
  {
    details: Details,
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: "At most so many." })),
    before: Type.Optional(Type.String({ maxLength: 200, description: "Only what comes before this id." })),
  },
  closed,
);

export const MessagesQuery = Type.Object(
  {
    ...PageQuery.properties,
    after: Type.Optional(Type.String({ maxLength: 200, description: "Only what comes after this id." })),
    around: Type.Optional(
      Type.String({
        maxLength: 200,
        description: "This id in the middle, with what stands above and below it.",
      }),
    ),
  },
  { ...closed, description: "At most one of `before`, `after` and `around`." },
);

export const ThreadListQuery = Type.Object(
  {
    ...PageQuery.properties,
    archived: Type.Optional(Type.Boolean({ description: "The archived ones instead." })),
    pinned: Type.Optional(Type.Boolean({ description: "Only the pinned ones, or only the others." })),
  },
  closed,
);

export const GenerationSettings = Type.Object(
  {
    temperature: Type.Optional(Type.Number({ minimum: 0, maximum: 2 })),
    top_p: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    max_tokens: Type.Optional(Type.Integer({ minimum: 1 })),
    reasoning_effort: Type.Optional(Type.String({ maxLength: 50 })),
  },
  { ...closed, description: "How to generate; what is left out is the model's own default." },
);

export const PlanModeRow = Type.Object(
  {
    planner: Type.String({ minLength: 1, maxLength: 200, description: "The model that writes the plan." }),
    answerer: Type.String({ minLength: 1, maxLength: 200, description: "The model that carries it out." }),
    review: Type.Optional(Type.Boolean({ description: "The plan waits until you have looked at it." })),
  },
  { ...closed, description: "A plan comes first, and another model carries it out." },
);

export const ThreadRow = Type.Object({
  id: Type.String(),
  title: Type.String(),
  created: Type.String(),
  model: Type.String(),
  system_prompt: Type.String(),
  updated: Type.Optional(Type.String()),
  archived: Type.Optional(Type.Boolean()),
  pinned: Type.Optional(Type.Boolean()),
  settings: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  plan_mode: Type.Optional(Type.Union([PlanModeRow, Type.Null()])),
  running_turn: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});

/** A page of a plugin that stands in the left column. */
export const PluginPageRow = Type.Object({
  name: Type.String(),
  path: Type.String({ description: "Where it is, from the root of this server" }),
  title: Type.String(),
  icon: Type.Optional(Type.Unsafe<PageIcon>(Type.Union(pageIcons.map((icon) => Type.Literal(icon))))),
});

/** One of these words, written out as the string it is. */
const oneOf = <Word extends string>(...words: Word[]) => Type.Enum<Word[]>(words, { type: "string" });

const TurnState = oneOf("running", "done", "failed", "interrupted");

const LastTurn = Type.Object({
  turn_id: Type.String(),
  message_id: Type.Optional(Type.String({ description: "The entry that it answers." })),
  state: TurnState,
  error: Type.Optional(Type.String()),
  error_code: Type.Optional(Type.String()),
  cut_by: Type.Optional(oneOf("reader", "server", "crashes")),
  model: Type.Optional(
    Type.String({ description: "Who answered; the thread's own field tells of its first message." }),
  ),
  system_prompt: Type.Optional(Type.String({ description: "The same of the system prompt." })),
});

export const ThreadDetails = Type.Object({
  ...ThreadRow.properties,
  last_turn: Type.Union([LastTurn, Type.Null()]),
});

const Count = Type.Optional(Type.Integer());
const Time = Type.Optional(Type.String());

const TurnMeta = Type.Object(
  {
    started: Time,
    spoken: Time,
    usage: Type.Optional(
      Type.Object({
        prompt_tokens: Count,
        completion_tokens: Count,
        total_tokens: Count,
        cost: Type.Optional(Type.Number({ description: "US dollars." })),
      }),
    ),
    left_out: Count,
    cut_by: Type.Optional(oneOf("reader", "server", "crashes")),
    calls: Type.Optional(
      Type.Array(
        Type.Object({
          call_id: Type.String(),
          name: Type.String(),
          arguments: Type.String(),
          before: Type.Union([Type.String(), Type.Null()]),
          started: Type.String(),
          ended: Time,
          result: Type.Optional(Type.String()),
          failed: Type.Optional(Type.Boolean()),
          consent: Type.Optional(oneOf("asked", "approved", "refused")),
          answered: Time,
          questions: Type.Optional(
            Type.Array(
              Type.Object({
                call_id: Type.String(),
                name: Type.String(),
                arguments: Type.String(),
                why: Type.Optional(Type.String()),
                url: Type.Optional(Type.String()),
                from: Type.Optional(Type.String()),
                asked: Type.String(),
                consent: oneOf("asked", "approved", "refused", "withdrawn"),
                answered: Time,
              }),
            ),
          ),
        }),
      ),
    ),
    files: Type.Optional(
      Type.Array(
        Type.Object({
          file_id: Type.String(),
          name: Type.String(),
          media_type: Type.String(),
          before: Type.Union([Type.String(), Type.Null()]),
          timestamp: Type.String(),
        }),
      ),
    ),
  },
  {
    description:
      "With a turn's last entry, how the turn went: when it began and had spoken, its tokens, how many messages were " +
      "left out, who cut it short, its tool calls and files and the entries before which they stand.",
  },
);

export const MessageRow = Type.Object({
  id: Type.Optional(Type.String()),
  parent_id: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  role: oneOf("user", "assistant", "thinking", "plan", "tool"),
  content: Type.String(),
  timestamp: Type.String(),
  type: Type.String(),
  model: Type.Optional(Type.String()),
  call_id: Type.Optional(Type.String()),
  turn_id: Type.Optional(Type.String()),
  interrupted: Type.Optional(Type.Boolean()),
  siblings: Type.Optional(Type.Array(Type.String())),
  turn: Type.Optional(TurnMeta),
});

export const TurnRow = Type.Object({
  turn_id: Type.String(),
  thread_id: Type.String(),
  state: TurnState,
  error: Type.Optional(Type.String()),
});

export const CallId = Type.Object(
  { turn_id: Type.String({ maxLength: 200 }), call_id: Type.String({ maxLength: 200 }) },
  closed,
);

export const ApprovalRow = Type.Object({
  turn_id: Type.String(),
  thread_id: Type.String(),
  call_id: Type.String(),
  name: Type.String(),
  arguments: Type.String({ description: "As the model wrote them." }),
  form: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), { description: "JSON Schema of what is asked for." }),
  ),
  why: Type.Optional(Type.String({ description: "Why it is asked, where that is not plain." })),
  once: Type.Optional(Type.Boolean({ description: "A yes holds for this tool in the whole thread." })),
  again: Type.Optional(Type.Boolean({ description: "It ran when the server stopped." })),
  of_call: Type.Optional(Type.String({ description: "The running call that asks this." })),
  url: Type.Optional(Type.String({ description: "The address that you are to open." })),
  from: Type.Optional(Type.String({ description: "The MCP server that asks." })),
  asked: Type.String(),
});

export const ApprovalAnswer = Type.Object(
  {
    approve: Type.Boolean(),
    arguments: Type.Optional(
      Type.String({
        maxLength: 100_000,
        description:
          "With a yes: what you make of the arguments, or of the form that is asked for, as JSON text.",
      }),
    ),
  },
  closed,
);

export const ApprovalAnswered = Type.Object({
  turn_id: Type.String(),
  call_id: Type.String(),
  approved: Type.Boolean(),
});

export const StartedTurn = Type.Object({
  thread_id: Type.String(),
  turn_id: Type.String(),
  message_id: Type.String(),
});

export const Me = Type.Object({
  username: Type.String(),
  role: Type.String(),
  cursor: Type.Integer({
    description:
      "Where the account's events stand: what is read after this call, and they after it, leave nothing out.",
  }),
});

export const SetupState = Type.Object({ needed: Type.Boolean() });

export const ModelRow = Type.Object({
  id: Type.String(),
  provider: Type.String(),
  description: Type.Optional(Type.String()),
  context_window: Type.Optional(Type.Integer()),
});

export const AbsentRow = Type.Object({
  provider: Type.String(),
  reason: Type.String({ description: "A code: `upstream_unreachable`, `upstream_refused`, ..." }),
  models: Type.Array(Type.String()),
});

/** Key to description. */
export const Prompts = Type.Record(Type.String(), Type.String());

export const RoleId = Type.Object({ role_id: Type.String({ minLength: 1, maxLength: 200 }) }, closed);

export const RoleRow = Type.Object({
  id: Type.String(),
  key: Type.String({ description: "What it is chosen by, where a system prompt is." }),
  name: Type.String(),
  instructions: Type.String(),
  shared: Type.Boolean({ description: "Everybody's; only admins change it." }),
  created: Type.String(),
  updated: Type.String(),
});

export const SearchRow = Type.Object({
  id: Type.String(),
  title: Type.String(),
  created: Type.String(),
  snippet: Type.String(),
  message_id: Type.Optional(Type.String()),
  marks: Type.Optional(
    Type.Array(Type.Tuple([Type.Integer(), Type.Integer()]), {
      description: "`[start, end)` in `snippet`, in UTF-16 units.",
    }),
  ),
});

/** Events of an account as a list. */
export const EventList = Type.Object({
  events: Type.Array(Type.Object({ id: Type.Integer(), event: Type.String(), data: Type.Unknown() })),
  cursor: Type.Integer(),
});

export const CursorQuery = Type.Object(
  { after: Type.Optional(Type.Integer({ minimum: 0, description: "Id of the last event that was seen." })) },
  closed,
);

/** A call that begins work may be repeated with the same key: it is done once. */
export const IdempotencyHeaders = Type.Object({
  "idempotency-key": Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
});
