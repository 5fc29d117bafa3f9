import { isDeepStrictEqual } from "node:util";
import { given } from "../lib/given.ts";
import type { ConsentAnswer, ConsentRequest } from "../protocols/message-processor.ts";

type Question = Omit<ConsentRequest, "callId" | "again">;

/**
 * Answers to questions of running calls whose server died before it heard them. A call that runs again asks under another id,
 * so what is asked tells whether it is the same question; each answer is heard once.
 */
export function createUnheard(): {
  add(question: Question, answer: ConsentAnswer): void;
  take(question: Question): ConsentAnswer | undefined;
} {
  const answers: { readonly about: Question; readonly answer: ConsentAnswer }[] = [];
  return {
    add: (question, answer) => void answers.push({ about: aboutOf(question), answer }),
    take(question) {
      const about = aboutOf(question);
      const at = answers.findIndex((other) => isDeepStrictEqual(other.about, about));
      return at < 0 ? undefined : answers.splice(at, 1)[0]?.answer;
    },
  };
}

/** What its user saw of it. */
const aboutOf = ({ name, arguments: args, ofCall, why, form, url, from, once }: Question): Question => ({
  ...{ name, arguments: args },
  ...given({ ofCall, why, form, url, from, once }),
});
