import { createHash } from "node:crypto";
import type { ModelRequest } from "../../../protocols/model.ts";

/** Changes whenever what is kept is written in another way. */
const version = 2;

/**
 * What an answer is found by: a digest of everything that it may hang on.
 * @param owner whose answer it is; `null` for everybody's.
 * @param defaults the settings that the configuration puts beneath those of the request.
 */
export function answerKey(
  { model, messages, tools = [], settings = {} }: ModelRequest,
  owner: string | null,
  defaults: unknown,
): string {
  const asked = JSON.stringify([owner, model, messages, tools, sorted(settings), defaults]);
  return `skeleton:answer:${version}:${createHash("sha256").update(asked).digest("base64url")}`;
}

/** In which order they were written says nothing. */
const sorted = (settings: object) =>
  Object.entries(settings).sort(([one], [other]) => (one < other ? -1 : 1));
