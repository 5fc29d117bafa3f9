import { translateMask } from "./mask-syntax.ts";
import { runWithin } from "./run-within.ts";

/** Well below the 200 ms that a pause of the event loop may last. */
const TIMEOUT_MS = 50;
/** A timeout may be a busy machine's fault, so its refusal is not kept for good. */
const KEEP_TIMEOUT_MS = 60_000;
const CACHE_SIZE = 5000;
/** Nothing has longer names, and only a person who wants to make a mask slow would send one. */
const MAX_NAME_LENGTH = 300;

const NAMES_TO_TRY = [
  "gpt-5-mini",
  "anthropic/claude-sonnet-4.5:thinking",
  "meta-llama/Llama-3.3-70B-Instruct",
];

/**
 * What is wrong with a mask, as the end of a sentence; `undefined` when it can be used. Runs it on names that make a
 * badly built one slow: long runs of what the mask itself speaks of, with an ending that does not fit.
 */
export function maskFault(mask: string): string | undefined {
  const regex = translateMask(mask);
  if ("fault" in regex) return regex.fault;
  const letters = (mask.match(/[\p{L}\p{N}/._-]/gu) ?? []).slice(0, 40);
  const words = (mask.match(/[\p{L}\p{N}]{2,}/gu) ?? []).slice(0, 20);
  const parts = [...new Set(["a", "0", "-", ...letters, ...words])];
  const probes = parts.flatMap((part) => [`${part.repeat(40)}\n`, `${`${part}-`.repeat(20)}\n`]);
  const texts = [...NAMES_TO_TRY, ...probes];
  const fast = matches(regex, texts);
  return fast === undefined ? "it takes too long (a repeat inside a repeat?)" : undefined;
}

/** Whether each text matches; `undefined` when that took too long. */
const matches = (
  { pattern, flags }: { readonly pattern: string; readonly flags: string },
  texts: readonly string[],
) =>
  runWithin(TIMEOUT_MS, () => {
    const regex = new RegExp(pattern, flags);
    return texts.map((text) => regex.test(text));
  })?.value;

/** Whether a mask allows a name: of a model, a tool, a user. */
export type MaskCheck = (mask: string | undefined, name: string) => boolean;

/**
 * Answers are kept, the newest 5,000. The mask must match the whole name; no mask allows all. What takes longer than
 * 50 ms, or a mask that cannot be used, is refused.
 */
export function createMaskCheck(now: () => Date, onTimeout: (mask: string) => void): MaskCheck {
  const known = new Map<string, { readonly allowed: boolean; readonly until: number }>();

  function evaluate(mask: string, name: string) {
    const regex = translateMask(mask);
    if ("fault" in regex) return { allowed: false, until: Infinity };
    const answer = matches(regex, [name]);
    if (answer !== undefined) return { allowed: answer[0] === true, until: Infinity };
    onTimeout(mask);
    return { allowed: false, until: now().getTime() + KEEP_TIMEOUT_MS };
  }

  return (mask, name) => {
    if (mask === undefined) return true;
    if (name.length > MAX_NAME_LENGTH) return false;
    const key = JSON.stringify([mask, name]);
    const before = known.get(key);
    if (before !== undefined && now().getTime() < before.until) return before.allowed;
    const answer = evaluate(mask, name);
    known.delete(key);
    known.set(key, answer);
    if (known.size > CACHE_SIZE) known.delete(known.keys().next().value ?? key);
    return answer.allowed;
  };
}
