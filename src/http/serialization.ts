import fastJson from "fast-json-stringify";
import type { TSchema } from "typebox";

type Serializer = (value: unknown) => string;

/** By schema, which every server of this process has in common. */
const compiled = new WeakMap<TSchema, Serializer>();

function serializerOf(schema: TSchema): Serializer {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const serializer: Serializer = fastJson(schema);
  compiled.set(schema, serializer);
  return serializer;
}

/**
 * Writes answers by the server's own schemas, each compiled on first use: all of them together would slow the start, as
 * those of requests would.
 */
export const serializerCompiler =
  ({ schema }: { readonly schema: TSchema }): Serializer =>
  (value) =>
    serializerOf(schema)(value);
