import type { Thread, ThreadMessage } from "../protocols/threads.ts";
import { planMarkdown } from "./plan-text.ts";
import { messageRow, threadRow } from "./thread-rows.ts";

export type ThreadFormat = "markdown" | "json";

/** A thread as a file: Markdown to read, JSON to keep. */
export function threadFile(thread: Thread, messages: readonly ThreadMessage[], format: ThreadFormat) {
  const name = `thread-${thread.id.replace(/[^\w-]/g, "_")}`;
  if (format === "markdown") {
    return { name: `${name}.md`, mediaType: "text/markdown", content: markdownOf(thread, messages) };
  }
  const rows = messages.map((message) => messageRow(message, true));
  const content = JSON.stringify({ ...threadRow(thread, { runningTurn: undefined }), messages: rows });
  return { name: `${name}.json`, mediaType: "application/json", content };
}

/** A plan as the end of an answer keeps it. */
type KeptPlan = { readonly steps: Parameters<typeof planMarkdown>[0]; readonly consent?: string };

/** Reading order, one heading a voice; a plan is a checklist as it stood in the end; thinking is quoted, so that it stands back. */
function markdownOf(thread: Thread, messages: readonly ThreadMessage[]): string {
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
function planOf(messages: readonly ThreadMessage[], at: number): KeptPlan | undefined {
  const next = messages.findIndex(({ role }, index) => index > at && role === "user");
  const answer = messages.slice(at, next === -1 ? undefined : next);
  return answer.map(keptPlan).findLast((plan) => plan !== undefined);
}

const keptPlan = ({ meta }: ThreadMessage): KeptPlan | undefined =>
  (meta?.turn as { readonly plan?: KeptPlan } | undefined)?.plan;
