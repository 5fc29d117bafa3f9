import type { Random } from "../test/crash/random.ts";

const syllables = "ka mi lo re tu san vel dor pin gra nes bol qui fas ter wen jul hob cra zel".split(" ");

/** A made-up word; the smaller the number, the more often it is said. */
export function word(number: number): string {
  let text = "";
  for (let rest = number + 1; rest > 0; rest = Math.floor(rest / syllables.length)) {
    text += syllables[rest % syllables.length];
  }
  return text;
}

/** How many words there are. */
export const vocabulary = 50_000;

/** A word as often as it occurs in talk: the n-th word about 1/n as often as the first. */
export const randomWord = (random: Random): string => word(Math.floor(vocabulary ** random.next()) - 1);

export const sentence = (random: Random, words: number): string =>
  Array.from({ length: words }, () => randomWord(random)).join(" ");
