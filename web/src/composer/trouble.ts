import { ApiError, sentenceOf } from "../api/api-error.ts";
import type { Words } from "../words/words.ts";

/** Why a message came back, and what to do about it. */
export function trouble(error: unknown, { composer }: Pick<Words, "composer">): string {
  if (!(error instanceof ApiError)) return sentenceOf(error);
  const { status, turnId } = error;
  const sentence = sentenceOf(error);
  if (status === 0) return composer.unreachable;
  if (status === 401) return composer.signedOut;
  if (status === 409 && turnId !== undefined) return composer.answeredElsewhere;
  if (status === 429) return composer.tooOften;
  return status >= 500 ? composer.serverTrouble(sentence) : sentence;
}
