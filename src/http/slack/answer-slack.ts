import type { FastifyRequest } from "fastify";
import type { CommandAnswer, CommandOrigin } from "../../protocols/command.ts";
import type { Started } from "../../protocols/turn-request.ts";
import { checkContent } from "../check-content.ts";
import type { HttpContext } from "../context.ts";
import type { Server } from "../type-provider.ts";
import type { SlackPlace, slackChats } from "./chats.ts";
import type { slackReplies } from "./replies.ts";
import { slackText } from "./slack-text.ts";

/** A command as Slack sends it: `command`, `text`, `user_id`, `team_id`, `channel_id`, `channel_name`, `response_url`. */
export type SlackFields = ReadonlyMap<string, string>;

/** Runs what is written in Slack. @returns what is said at once. */
export function answerSlack(
  { host, turns }: HttpContext,
  parts: {
    readonly chats: ReturnType<typeof slackChats>;
    readonly replies: ReturnType<typeof slackReplies>;
  },
) {
  const { chats, replies } = parts;
  const { users, response_hosts: hosts } = host.config.slack;

  return async (fields: SlackFields, server: Server, request: FastifyRequest): Promise<string> => {
    const [command = "", text = ""] = ["command", "text"].map((name) => (fields.get(name) ?? "").trim());
    const slackId = fields.get("user_id") ?? "";
    const known = Object.hasOwn(users, slackId) ? users[slackId] : undefined;
    if (known === undefined) {
      return `You are not known here. Whoever runs this server can add your Slack id ${slackText(slackId)} under slack.users.`;
    }
    const userId: string = known; // which functions below can be sure of
    request.session = { user: { username: userId, role: "user" }, tokenId: "", expiresAt: new Date(8.64e15) };
    await server.countCall("threads", request);
    const place = { userId, team: fields.get("team_id") ?? "", channel: fields.get("channel_id") ?? "" };
    if (command === "/roles" || (command === "/role" && text === "")) return listed(command, userId);

    const start: CommandOrigin["turns"]["start"] = async (turn) => {
      await server.countCall("message", request);
      return turns.start(turn);
    };
    const threadId = await chats.get(place, `Slack #${fields.get("channel_name") ?? "chat"}`);
    const given = command === "/ask" ? text : `${command} ${text}`.trim();
    const origin = { userId, threadId, turns: { ...turns, start } };
    const answer = await (await host.get("commands")).run(given, origin);
    if (answer !== undefined) return done(answer, place, given);
    if (command !== "/ask") return "Unknown command";
    if (text === "") return "Usage: /ask <text>";
    checkContent(text);
    return follow(await start({ kind: "message", userId, threadId, content: text }), text);

    /** What a command did here; what only a page can do is left. */
    async function done(
      { text: told, effect }: CommandAnswer,
      where: SlackPlace,
      asked: string,
    ): Promise<string> {
      if (effect?.kind === "new_chat") {
        await chats.forget(where);
        return slackText(told) || "The next question begins a new conversation.";
      }
      if (effect?.kind === "turn") return follow(effect.started, asked);
      if (effect?.kind === "file") return slackText(`${told}\n\`\`\`\n${effect.content}\n\`\`\``.trim());
      return slackText(told) || "Done.";
    }

    async function follow({ turnId }: Started, asked: string): Promise<string> {
      const url = fields.get("response_url") ?? "";
      if (!isAllowed(url)) return "Asked. Slack did not say where to post the answer; it is in the browser.";
      await replies.add({ userId, turnId, responseUrl: url, asked });
      return "Thinking…";
    }
  };

  /** The two that clients of Chat2AnyLLM know word for word. */
  async function listed(command: string, userId: string): Promise<string> {
    if (command === "/role") return "Usage: /role <name>";
    const roles = (await (await host.get("system_prompt")).roles?.listRoles({ userId })) ?? [];
    if (roles.length === 0) return "No roles defined.";
    return `Roles:\n${roles.map(({ name }) => `• ${slackText(name)}`).join("\n")}`;
  }

  function isAllowed(url: string): boolean {
    if (!URL.canParse(url)) return false;
    const { protocol, hostname, host: withPort } = new URL(url);
    const listed = hosts.includes(hostname) || hosts.includes(withPort);
    return listed && (protocol === "https:" || hosts.includes(withPort));
  }
}
