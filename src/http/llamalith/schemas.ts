import Type from "typebox";

/*
 * Llamalith's own shapes. What it does not know in a body it leaves alone, so no object here is closed.
 */

const Text = Type.Optional(Type.Union([Type.String(), Type.Null()]));

export const Submitted = Type.Object({
  user_input: Type.String(),
  session_id: Type.String({ maxLength: 200, description: "The conversation; blank: a new one." }),
  model: Text,
  system_prompt: Text,
});

export const NewJob = Type.Object({
  content: Text,
  system_prompt: Text,
  model: Text,
  conversation_id: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()])),
  assistant_context: Text,
  grammar_name: Text,
  callback_url: Text,
});

export const Reply = Type.Object({
  model: Type.String(),
  content: Type.String(),
  system_prompt: Text,
  assistant_context: Text,
  grammar_name: Text,
  callback_url: Text,
});

export const ConversationId = Type.Object({
  conversation_id: Type.String({ minLength: 1, maxLength: 200, pattern: "^[^\\u0000-\\u001f\\u007f]+$" }),
});

export const JobNumber = Type.Object({ job_id: Type.String({ pattern: "^-?\\d+$", maxLength: 30 }) });

export const JobsQuery = Type.Object({
  status: Type.Optional(Type.String({ maxLength: 50 })),
  conversation_id: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.Integer({ description: "Default 100; negative: all." })),
});

export const JobObject = Type.Object({
  ...{ id: Type.Integer(), conversation_id: Type.String(), user_input: Type.String() },
  ...{ model: Type.String(), system_prompt: Type.String() },
  status: Type.Enum(["queued", "processing", "done", "error"], { type: "string" }),
  result: Type.Union([Type.String(), Type.Null()]),
  created_at: Type.String(),
  processed_at: Type.Union([Type.String(), Type.Null()]),
});

export const Queued = Type.Object({
  ...{ ok: Type.Boolean(), queued: Type.Boolean(), job_id: Type.Union([Type.Integer(), Type.Null()]) },
  ...{ conversation_id: Type.String(), created_new: Type.Boolean(), model: Type.String() },
});

export const SaidMessage = Type.Object({
  role: Type.Enum(["system", "user", "assistant"], { type: "string" }),
  content: Type.String(),
});

const Fault = Type.Object(
  { detail: Type.Optional(Type.Unknown()), error: Type.Optional(Type.String()) },
  { additionalProperties: true },
);

export const faults = { "4xx": Fault, "5xx": Fault } as const;
