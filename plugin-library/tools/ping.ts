/*
 * Three tools that do nothing, to see that tools work: one answers, one says something first, one answers differently.
 */

/**
 * Tests whether tools work. Answers with a fixed phrase.
 * @param query Anything.
 * @readOnly
 */
export function ping(query: string): string {
  return `pong: ${query}`;
}

/**
 * Tests whether tools work that report progress. Reports once, then answers with a fixed phrase.
 * @param query Anything.
 * @readOnly
 */
export async function* pingyield(query: string): AsyncGenerator<string, string> {
  yield "the ball is in the air";
  return `pong, at last: ${query}`;
}

/**
 * Tests whether tools work, the other way round. Answers with a fixed phrase.
 * @param query Anything.
 * @readOnly
 */
export function pong(query: string): string {
  return `ping: ${query}`;
}
