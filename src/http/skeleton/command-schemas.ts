import Type from "typebox";
import { closed, PlanModeRow } from "./schemas.ts";
import { StartedTurn } from "./turn-schemas.ts";

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
