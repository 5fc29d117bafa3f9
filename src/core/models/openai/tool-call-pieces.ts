import type { ToolCall } from "../../../protocols/model.ts";

type Pieces = { id: string; name: string; text: string };

/** Puts tool calls together from the pieces in which they come. */
export type ToolCallPieces = {
  /** `piece` is an entry of a delta's `tool_calls`. */
  add(piece: unknown): void;
  /** How many characters are being kept. */
  size(): number;
  /** The calls in the order in which they began; `newId` names those that came without an id. */
  complete(newId: () => string): readonly ToolCall[];
};

/**
 * Pieces belong together by `index`. Where it is missing, or where one index is used for calls with different ids (as
 * some compatible servers do), a new id begins a new call. Arguments are strung together, names overwritten.
 */
export function createToolCallPieces(): ToolCallPieces {
  const calls: Pieces[] = [];
  const current = new Map<number, Pieces>();
  let latest = 0;
  let size = 0;

  function callFor(index: number, id: string): Pieces {
    const known = current.get(index);
    if (known !== undefined && (id === "" || known.id === "" || known.id === id)) return known;
    const begun = { id, name: "", text: "" };
    current.set(index, begun);
    calls.push(begun);
    size += 64; // an empty call costs something too
    return begun;
  }

  return {
    add(piece) {
      if (typeof piece !== "object" || piece === null) return;
      const { index, id, function: called } = piece as { index?: unknown; id?: unknown; function?: unknown };
      if (typeof index === "number") latest = index;
      const call = callFor(latest, textOf(id));
      if (call.id === "") call.id = textOf(id);
      if (typeof called !== "object" || called === null) return;
      const { name, arguments: given } = called as { name?: unknown; arguments?: unknown };
      if (textOf(name) !== "") call.name = textOf(name);
      const text = typeof given === "object" && given !== null ? JSON.stringify(given) : textOf(given);
      call.text += text;
      size += text.length;
    },
    size: () => size,
    complete: (newId) =>
      calls.map(({ id, name, text }) => ({
        id: id === "" ? `call_${newId()}` : id,
        name,
        arguments: text,
      })),
  };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
