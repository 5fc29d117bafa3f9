import Type from "typebox";
import { closed, Details, oneOf, PlanModeRow, TurnState } from "./schemas.ts";

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

const LastTurn = Type.Object({
  turn_id: Type.String(),
  message_id: Type.Optional(Type.String({ description: "The entry that it answers." })),
  state: TurnState,
  error: Type.Optional(Type.String()),
  error_code: Type.Optional(Type.String()),
  upstream_status: Type.Optional(
    Type.Integer({ description: "The HTTP status with which the model's provider refused." }),
  ),
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
