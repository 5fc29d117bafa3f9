import { planMarkdown } from "../../lib/plan-text.ts";
import type { Thread, ThreadMessage } from "../../protocols/threads.ts";
import type { TurnMeta } from "../../turns/history-entries.ts";

/** A thread to read: one heading a voice; a plan is a checklist as it stood in the end; thinking is quoted, so that it stands back. */
export function markdownOf(thread: Thread, messages: readonly ThreadMessage[]): string {
  const parts = messages.map((message, at) => {
    const { role, content, model } = message;
    if (role === "user") return `## You\n\n${content}`;
    if (role === "assistant") return `## ${model ?? "Assistant"}\n\n${content}`;
    if (role !== "plan") return `> *${role}*\n${content.replace(/^/gm, "> ")}`;
    const plan = planOf(messages, at);
    const heading = model === undefined ? "## Plan" : `## Plan, by ${model}`;
    const end = plan?.consent === "refused" ? "\n\n*It was not carried out.*" : "";
    return `${heading}\n\n${plan === undefined ? content : planMarkdown(plan.steps)}${end}`;
  });
  return `# ${thread.title.replaceAll("\n", " ")}\n\n${parts.join("\n\n")}\n`;
}

/** The plan that an entry is about: the end of the answer, or of the rest of it that was given later, has it. */
function planOf(messages: readonly ThreadMessage[], at: number): TurnMeta["plan"] {
  const next = messages.findIndex(({ role }, index) => index > at && role === "user");
  const answer = messages.slice(at, next === -1 ? undefined : next);
  const end = answer.findLast(({ meta }) => (meta?.turn as TurnMeta | undefined)?.plan !== undefined);
  return (end?.meta?.turn as TurnMeta | undefined)?.plan;
}
