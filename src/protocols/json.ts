/** Anything JSON can say. Stores, events and settings hold nothing else, so whatever is kept can be sent. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. A key whose value is `undefined` is the same as a key that is absent. */
export type JsonObject = { readonly [key: string]: Json | undefined };
