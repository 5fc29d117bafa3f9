import type { Brought } from "./bring-over.ts";
import type { BroughtRoles } from "./bring-roles.ts";
import { count } from "./progress.ts";

/** Something that was not brought over: how much, why, and what to do about it. */
export type LeftOut = { readonly what: string; readonly hint?: string };

/** What an import has done, in lines. */
export function summaryText(
  brought: Brought,
  {
    dryRun,
    roles,
    leftOut = [],
  }: {
    readonly dryRun: boolean;
    readonly roles?: BroughtRoles | undefined;
    readonly leftOut?: readonly LeftOut[];
  },
): string {
  const added = dryRun ? "would be added" : "added";
  const line = (name: string, more: number, there: number) =>
    `${name.padEnd(9)} ${count(more)} ${added}, ${count(there)} were there already`;
  return [
    line("threads:", brought.threadsAdded, brought.threadsThere),
    line("messages:", brought.messagesAdded, brought.messagesThere),
    ...(brought.contextsAdded + brought.contextsThere === 0
      ? []
      : [line("contexts:", brought.contextsAdded, brought.contextsThere)]),
    ...(roles === undefined ? [] : [line("roles:", roles.added, roles.there)]),
    ...(roles?.renamed ?? []).map(
      ({ from, to }) => `renamed:  the role ${quoted(from)} is ${quoted(to)} here: another one has its name`,
    ),
    ...[
      ...(roles?.refused ?? []).map(({ name, why }) => ({ what: `the role ${quoted(name)}: ${why}` })),
      ...leftOut,
    ].flatMap(({ what, hint }: LeftOut) => [
      `left out: ${what}`,
      ...(hint === undefined ? [] : [`          ${hint}`]),
    ]),
    ...(dryRun ? ["This was a dry run: nothing was written."] : []),
  ].join("\n");
}

const quoted = (name: string) => JSON.stringify(name);
