import Type from "typebox";

/*
 * What a caller sends and what it is answered: here what several parts of this surface share, beside it what each has of its
 * own. The page takes its types from there, as types alone (web/src/api/wire.ts): a field that changes here is a fault there,
 * before anything runs.
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

export const Details = Type.Optional(
  Type.Boolean({ description: "Everything that is known, not only the basic fields." }),
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

/** One of these words, written out as the string it is. */
export const oneOf = <Word extends string>(...words: Word[]) => Type.Enum<Word[]>(words, { type: "string" });

export const TurnState = oneOf("running", "done", "failed", "interrupted");

export const Count = Type.Optional(Type.Integer());

export const Time = Type.Optional(Type.String());

export const CursorQuery = Type.Object(
  { after: Type.Optional(Type.Integer({ minimum: 0, description: "Id of the last event that was seen." })) },
  closed,
);

/** A call that begins work may be repeated with the same key: it is done once. */
export const IdempotencyHeaders = Type.Object({
  "idempotency-key": Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
});
