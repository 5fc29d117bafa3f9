declare global {
  /** Answers to what `web/src/early-requests.js` asked, by path; each is taken once. */
  var earlyAnswers: Map<string, Promise<Response>> | undefined;
}

/** Older ones are news no more: somebody comes to this part of the page only now. */
const freshMs = 10_000;

/** Somebody else comes, or nobody: what was asked for the one before is not for them. */
export const forgetEarly = (): void => globalThis.earlyAnswers?.clear();

/** The answer that is on its way already, if this was asked while the page's code was being loaded. */
export function takeEarly(path: string): Promise<Response> | undefined {
  const answer = globalThis.earlyAnswers?.get(path);
  globalThis.earlyAnswers?.delete(path);
  return performance.now() < freshMs ? answer : undefined;
}
