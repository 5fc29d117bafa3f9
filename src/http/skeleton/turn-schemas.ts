import Type from "typebox";
import { closed, TurnState } from "./schemas.ts";

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
