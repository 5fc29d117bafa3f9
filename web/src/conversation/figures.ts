import type { Usage } from "../../../src/protocols/model.ts";
import { parseTime } from "../lib/times.ts";
import type { Part } from "./answer-parts.ts";

/** How an answer went, in numbers; each as far as it is known. */
export type Figures = {
  readonly read?: number | undefined;
  readonly written?: number | undefined;
  readonly firstTokenSeconds?: number | undefined;
  readonly tokensPerSecond?: number | undefined;
  /** US dollars. */
  readonly cost?: number | undefined;
  /** It was given before, and kept; what was counted beside that belongs to another round of the same answer. */
  readonly kept?: true | undefined;
};

type Times = { readonly started?: string | undefined; readonly spoken?: string | undefined };

/** As the server says it, at the end of a turn or in the history. */
type Counted = { readonly [Key in keyof Omit<Usage, "cached">]?: number | undefined } & {
  readonly cached?: boolean | undefined;
};

/** @returns `undefined` when nothing is known. */
export function figuresOf(
  parts: readonly Part[],
  usage: Counted | undefined,
  { started, spoken }: Times,
): Figures | undefined {
  const first = parts[0]?.started;
  const speaking = seconds(first, spoken);
  const waited = parts.some((part) => "consent" in part && part.consent !== undefined);
  const written = usage?.completion_tokens;
  if (usage?.cached && !written) return { kept: true };
  const figures: Figures = {
    read: usage?.prompt_tokens,
    written,
    firstTokenSeconds: seconds(started, first),
    // An answer that came all at once has no speed worth telling, and one that waited for its reader none that is its own.
    tokensPerSecond: written !== undefined && speaking && !waited ? written / speaking : undefined,
    cost: usage?.cost,
    kept: usage?.cached ? true : undefined,
  };
  return Object.values(figures).some((figure) => figure !== undefined) ? figures : undefined;
}

function seconds(from: string | undefined, to: string | undefined): number | undefined {
  if (from === undefined || to === undefined) return undefined;
  const passed = (parseTime(to).getTime() - parseTime(from).getTime()) / 1000;
  return Number.isFinite(passed) && passed >= 0 ? passed : undefined;
}
