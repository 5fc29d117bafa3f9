/** A piece of a line and what it is: an index into `kinds`, 0 for plain. */
export type Piece = readonly [kind: number, text: string];
export type Line = readonly Piece[];

/** What a piece of code can be, as its class says it. */
export const kinds = [
  "",
  "comment",
  "key",
  "name",
  "type",
  "string",
  "number",
  "mark",
  "added",
  "removed",
] as const;

export type Wish = { readonly id: number; readonly grammar: string; readonly code: string };
/** No `lines`: there is no such grammar, or it could not be loaded. */
export type Granted = { readonly id: number; readonly lines?: readonly Line[] };
