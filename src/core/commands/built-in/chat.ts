import { defaultModel } from "../../../lib/allowed-models.ts";
import { SkeletonError } from "../../../lib/errors.ts";
import type { ChatChoice, CommandContext, CommandEffect } from "../../../protocols/command.ts";
import type { ThreadAt } from "../../../protocols/threads.ts";

/** Key of the prompt where none is chosen. */
export const defaultPrompt = "default";

/** What answers here now: what is chosen, else the thread's own, else the default. */
export async function currentChoice(context: CommandContext): Promise<{
  readonly model: string | undefined;
  readonly systemPrompt: string;
}> {
  const { userId, threadId, choice = {}, host } = context;
  const thread =
    threadId === undefined ? undefined : await (await host.get("thread")).getThread({ userId, threadId });
  return {
    model: choice.model ?? (thread?.model || undefined) ?? (await defaultModel(host, context)),
    systemPrompt: choice.systemPrompt ?? thread?.systemPrompt ?? defaultPrompt,
  };
}

/** Has the chat go on with what is given: a thread keeps it, a chat that has not begun is told. */
export async function choose(
  { userId, threadId, host }: CommandContext,
  choice: ChatChoice,
): Promise<CommandEffect> {
  if (threadId !== undefined) await (await host.get("thread")).updateThread({ userId, threadId }, choice);
  return { kind: "choose", choice };
}

/** The thread in front of the user. @throws `bad_input` when there is none. */
export function threadHere({ userId, threadId }: CommandContext): ThreadAt {
  if (threadId !== undefined) return { userId, threadId };
  throw new SkeletonError("bad_input", "There is no thread here yet.", { hint: "Say something first." });
}
