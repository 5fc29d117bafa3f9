import type { Thread, ThreadMessage } from "../protocols/threads.ts";
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

/** Reading order, one heading a voice; thinking is quoted, so that it stands back. */
function markdownOf(thread: Thread, messages: readonly ThreadMessage[]): string {
  const parts = messages.map(({ role, content, model }) => {
    if (role === "user") return `## You\n\n${content}`;
    if (role === "assistant") return `## ${model ?? "Assistant"}\n\n${content}`;
    return `> *${role}*\n${content.replace(/^/gm, "> ")}`;
  });
  return `# ${thread.title.replaceAll("\n", " ")}\n\n${parts.join("\n\n")}\n`;
}
