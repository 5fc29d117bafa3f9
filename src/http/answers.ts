import Type, { type TSchema } from "typebox";

/*
 * For the reference: answers that are not, or not always, JSON. What they hold is no schema's business.
 */

/** Answers by their media types. */
const byType = (description: string, types: Readonly<Record<string, TSchema>>) => ({
  description,
  content: Object.fromEntries(Object.entries(types).map(([type, schema]) => [type, { schema }])),
});

export const eventStream = byType("Server-sent events.", { "text/event-stream": Type.Unknown() });

export const eventStreamOr = (schema: TSchema) =>
  byType("Server-sent events, or JSON.", { "text/event-stream": Type.Unknown(), "application/json": schema });

/** Of one of these types. */
export const file = (...types: readonly string[]) =>
  byType("The file.", Object.fromEntries(types.map((type) => [type, Type.Unknown()])));

export const plainText = (description: string) => byType(description, { "text/plain": Type.String() });

/** 204. */
export const nothing = Type.Null({ description: "It was done." });
