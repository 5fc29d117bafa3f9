import Type from "typebox";

/*
 * Chat2AnyLLM's own shapes. What it does not know in a body it leaves alone, so no object here is closed.
 */

export const SessionId = Type.Object({
  id: Type.String({ pattern: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$" }),
});

export const SessionRow = Type.Object({
  id: Type.String(),
  title: Type.String(),
  created_at: Type.String(),
  updated_at: Type.String(),
});

export const SessionMessage = Type.Object({
  id: Type.String(),
  role: Type.Enum(["user", "assistant"], { type: "string" }),
  content: Type.String(),
  timestamp: Type.String(),
});

export const RoleRow = Type.Object({
  id: Type.String(),
  name: Type.String(),
  instructions: Type.String(),
  created_at: Type.String(),
  updated_at: Type.String(),
});

const Fault = Type.Object(
  { error: Type.Optional(Type.String()), errors: Type.Optional(Type.Array(Type.Unknown())) },
  { additionalProperties: true },
);

/** `{"error": ...}`, or `{"errors": [...]}` of fields. */
export const faults = { "4xx": Fault, "5xx": Fault } as const;
