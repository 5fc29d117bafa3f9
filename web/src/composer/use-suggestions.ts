import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { parseCommand } from "../../../src/lib/command-text.ts";
import { completeCommand, getCommands } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { CommandGiven } from "../api/wire.ts";
import { useSettled } from "../lib/use-settled.ts";
import { argumentsFor, fromServer, namesFor, type PageCommand, type Suggestion } from "./commands.ts";

/** Between two letters of somebody who types: who pauses is answered. */
const pauseMs = 100;

/** A plugin's commands change without an event. */
const listStaleMs = 300_000;

/** What can be chosen changes without an event, too. */
const argumentsStaleMs = 10_000;

const none: readonly Suggestion[] = [];

/**
 * What could be meant by what is in the field. Names are known, arguments are asked for; while the server does not
 * answer there is what the page does by itself.
 * @param given who asks, and where.
 */
export function useSuggestions(
  text: string,
  own: readonly PageCommand[],
  given: Omit<CommandGiven, "text">,
): readonly Suggestion[] {
  const parsed = parseCommand(text);
  const list = useQuery({
    queryKey: queryKeys.commands,
    queryFn: getCommands,
    enabled: text !== "", // whoever writes may want one next, and has it at once then
    staleTime: listStaleMs,
  });
  const isOwn = (name: string) => own.some((command) => command.name === name);
  const others = (list.data ?? []).filter(({ name }) => !isOwn(name.toLowerCase()));

  const named = parsed?.argument === undefined ? undefined : parsed.name.toLowerCase();
  const asks = others.some(({ name, usage }) => usage !== undefined && name.toLowerCase() === named);
  const settled = useSettled(text, pauseMs);
  const asked = asks ? settled : "";
  const found = useQuery({
    queryKey: queryKeys.commandArguments(asked, given.thread_id ?? null),
    queryFn: async ({ signal }) => ({
      asked,
      lines: (await completeCommand({ ...given, text: asked }, signal)).map(fromServer),
    }),
    enabled: asks && parseCommand(asked)?.argument !== undefined,
    staleTime: argumentsStaleMs,
    placeholderData: keepPreviousData,
    retry: false,
  });

  if (parsed === undefined) return none;
  if (parsed.argument === undefined) return namesFor(text, [...others, ...own]);
  if (!asks || found.data === undefined) return argumentsFor(text, own);
  if (found.data.asked === text) return found.data.lines;
  // Of what was asked for before, only what still fits can be chosen.
  const begun = text.toLowerCase();
  return found.data.lines.filter((line) => line.text.toLowerCase().startsWith(begun));
}
