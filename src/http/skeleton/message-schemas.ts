import Type from "typebox";
import { Count, oneOf, Time } from "./schemas.ts";

const PlanSteps = Type.Array(
  Type.Object({
    text: Type.String(),
    struck: Type.Optional(Type.Boolean({ description: "It is not carried out." })),
    state: Type.Optional(oneOf("doing", "done")),
  }),
);

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
        cached: Type.Optional(
          Type.Boolean({ description: "An answer that was kept was given again, which used none." }),
        ),
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
