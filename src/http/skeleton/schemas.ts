import Type, { type Static } from "typebox";
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

const PlanSteps = Type.Array(
  Type.Object({
    text: Type.String(),
    struck: Type.Optional(Type.Boolean({ description: "It is not carried out." })),
    state: Type.Optional(oneOf("doing", "done")),
  }),
);

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
    plan: Type.Optional(
      Type.Object({
        steps: PlanSteps,
        model: Type.String({ description: "Who planned." }),
        consent: Type.Optional(oneOf("asked", "approved", "refused")),
      }),
    ),
  },
  {
    description:
      "With a turn's last entry, how the turn went: when it began and had spoken, its tokens, how many messages were " +
      "left out, who cut it short, its tool calls and files and the entries before which they stand, and its plan with the " +
      "steps as they stood in the end.",
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
          "With a yes: what you make of the arguments, or of the form that is asked for, as JSON text. For a plan: its steps " +
          'as you leave them, such as `[{"text":"Look"},{"text":"Leap","struck":true}]`.',
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

/** A page that signs people in, by way of another system. */
const SignInRow = Type.Object({
  title: Type.String({ description: "Who vouches for them" }),
  path: Type.String({ description: "Where it begins, from the root of this server" }),
});
export type SignInPage = Static<typeof SignInRow>;

export const SetupState = Type.Object({ needed: Type.Boolean(), sign_in: Type.Array(SignInRow) });

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

export const ImportedRoleRow = Type.Object({
  name: Type.String(),
  change: Type.Union((["new", "changed", "same", "refused"] as const).map((change) => Type.Literal(change))),
  why: Type.Optional(
    Type.Union(
      (
        [
          "no_role",
          "no_name",
          "no_instructions",
          "long_name",
          "long_instructions",
          "lines_in_name",
          "twice",
        ] as const
      ).map((why) => Type.Literal(why)),
      { description: "Where it is `refused`." },
    ),
  ),
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

export const CommandRow = Type.Object({
  name: Type.String({ description: "Without the slash." }),
  help: Type.String(),
  usage: Type.Optional(Type.String({ description: "How its arguments are written; absent: it takes none." })),
});

/** What is chosen in front of the user. */
export const ChatChoiceRow = Type.Object(
  {
    model: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    system_prompt: Type.Optional(
      Type.String({ maxLength: 1000, description: "Key of a system prompt or of a chat role." }),
    ),
    plan_mode: Type.Optional(Type.Union([PlanModeRow, Type.Null()], { description: "Null: no plan." })),
  },
  {
    ...closed,
    description:
      "What is chosen where the command is given: everything in a chat that has not begun, in a thread what the next " +
      "message would name.",
  },
);

/** A text that begins like a command, and where it was written. */
export const CommandGiven = Type.Object(
  {
    text: Type.String({ maxLength: 100_000 }),
    thread_id: Type.Optional(Type.String({ maxLength: 200 })),
    choice: Type.Optional(ChatChoiceRow),
  },
  closed,
);

const CommandEffectRow = Type.Union([
  Type.Object({ kind: Type.Literal("new_chat") }, { description: "Begin a new chat." }),
  Type.Object(
    { kind: Type.Literal("choose"), choice: ChatChoiceRow },
    { description: "The chat goes on with this; a thread keeps it already." },
  ),
  Type.Object(
    { kind: Type.Literal("turn"), ...StartedTurn.properties },
    { description: "A turn was begun, to be watched." },
  ),
  Type.Object(
    { kind: Type.Literal("search"), query: Type.String() },
    { description: "What was found is in the text; a client with a search of its own shows that." },
  ),
  Type.Object(
    {
      kind: Type.Literal("file"),
      name: Type.String(),
      media_type: Type.String(),
      content: Type.String(),
    },
    { description: "A file to keep." },
  ),
  Type.Object(
    { kind: Type.Literal("other"), data: Type.Record(Type.String(), Type.Unknown()) },
    { description: "Of a plugin." },
  ),
]);

export const CommandAnswerRow = Type.Object({
  text: Type.String({ description: "For the user, as Markdown; empty where the effect says it all." }),
  failed: Type.Optional(Type.Boolean({ description: "Nothing was done; the text says why." })),
  effect: Type.Optional(CommandEffectRow),
});

export const CommandSuggestionRow = Type.Object({
  value: Type.String(),
  note: Type.Optional(Type.String()),
  text: Type.String({ description: "What the field holds once it is chosen." }),
  whole: Type.Boolean({ description: "It can be run as it is." }),
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
