import assert from "node:assert/strict";

type Chunk = {
  readonly choices?: readonly {
    readonly delta: {
      readonly content?: string;
      readonly tool_calls?: readonly { readonly index: number; readonly id: string }[];
    };
    readonly finish_reason: string | null;
  }[];
  readonly error?: { readonly message: string };
};

/** What a stream says: each line begins with `data: `, and the last one is `[DONE]`, once. */
export function chunksIn(text: string): readonly Chunk[] {
  const lines = text.split("\n\n").filter((line) => line !== "");
  assert.ok(lines.every((line) => line.startsWith("data: ") && !line.includes("\n")));
  assert.equal(lines.at(-1), "data: [DONE]");
  return lines.slice(0, -1).map((line) => JSON.parse(line.slice(6)) as Chunk);
}

export const textIn = (chunks: readonly Chunk[]) =>
  chunks.map(({ choices }) => choices?.[0]?.delta.content ?? "").join("");
