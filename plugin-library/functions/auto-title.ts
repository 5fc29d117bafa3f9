/*
 * Gives a new conversation a title that says what it is about, in place of its first words: after the first answer, in
 * the background, by the conversation's own model. A title that somebody gave it stays.
 */
import type { FunctionPlugin } from "../../src/protocols/function-plugin.ts";
import type { ChatMessage } from "../../src/protocols/model.ts";
import type { Host } from "../../src/protocols/plugin.ts";
import type { ThreadAt } from "../../src/protocols/threads.ts";

/** Asked for the title; the model of the conversation when it is empty. */
const titleModel: string = "";
const longestTitle = 60; // characters
const longestExcerpt = 2000; // characters of each side that the model is shown
const limitMs = 60_000;

const instructions =
  "Give the conversation a title of three to six words, in the language of the user. Answer with the title alone: no quotes, no full stop, no explanation.";

let host: Host;

async function giveTitle(at: ThreadAt, answer: string, signal: AbortSignal): Promise<void> {
  const threads = await host.get("thread");
  const thread = await threads.getThread(at);
  const entries = await threads.getThreadMessages(at, { limit: 50 });
  const [first] = entries;
  if (first?.parentId !== null || entries.filter(({ role }) => role === "user").length !== 1) return;
  if (!isFromFirstWords(thread.title, first.content)) return;
  // What the model has seen and not the history: a function may have taken out what it should not see.
  const asked = (await (await host.get("context")).getContext(at)).find(
    ({ role }) => role === "user",
  )?.content;
  if (asked === undefined) return;
  const title = await askForTitle(titleModel || thread.model, asked, answer, { userId: at.userId, signal });
  if (title === "" || (await threads.getThread(at)).title !== thread.title) return;
  await threads.updateThread(at, { title });
}

/** The title that a conversation begins with: its first words, perhaps with dots. */
const isFromFirstWords = (title: string, content: string): boolean =>
  title === "" ||
  content.startsWith(title) ||
  (title.endsWith("...") && content.startsWith(title.slice(0, -3)));

async function askForTitle(
  model: string,
  asked: string,
  answer: string,
  { userId, signal }: { readonly userId: string; readonly signal: AbortSignal },
): Promise<string> {
  const messages: readonly ChatMessage[] = [
    { role: "system", content: instructions },
    { role: "user", content: `User: ${excerpt(asked)}\n\nAssistant: ${excerpt(answer)}\n\nTitle:` },
  ];
  const models = await host.get("model");
  const limited = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  let text = "";
  for await (const batch of models.generate({ model, messages, userId }, limited))
    for (const { event, data } of batch) if (event === "message_tokens") text += data.content;
  return asTitle(text);
}

const excerpt = (text: string): string =>
  text.length > longestExcerpt ? `${text.slice(0, longestExcerpt)} [...]` : text;

/** Models like to put quotes, a heading or a full stop around it. */
function asTitle(text: string): string {
  const [line = ""] = text.trim().split("\n");
  const bare = line
    .replace(/^(#+\s*|title:\s*)+/i, "")
    .replace(/^["'“”„«*`\s]+|["'“”«»*`.\s]+$/g, "")
    .replace(/\s+/g, " ");
  const characters = Array.from(bare);
  return characters.length > longestTitle
    ? `${characters
        .slice(0, longestTitle - 1)
        .join("")
        .trimEnd()}…`
    : bare;
}

export default {
  name: "auto_title",
  start(given) {
    host = given;
  },
  postCall(message, { userId, threadId }) {
    if (message.role !== "assistant" || message.tool_calls?.length || message.content.trim() === "")
      return undefined;
    host.background("auto_title", async (signal) => {
      try {
        await giveTitle({ userId, threadId }, message.content, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        host.log.warn({ err: error, threadId }, "auto_title: no title this time");
      }
    });
    return undefined;
  },
} satisfies FunctionPlugin;
