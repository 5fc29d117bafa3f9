import type { FastifyRequest } from "fastify";
import type { CommandAnswer, CommandOrigin } from "../../protocols/command.ts";
import { checkContent } from "../check-content.ts";
import type { HttpContext } from "../context.ts";
import type { Server } from "../type-provider.ts";
import type { SlackPlace, slackChats } from "./chats.ts";
import type { slackReplies } from "./replies.ts";
import { sessionFor } from "./session-for.ts";
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
    const session = await sessionFor(await host.get("auth"), userId);
    if (session === undefined)
      return "Your account here no longer exists. Whoever runs this server can take your Slack id out of slack.users.";
    request.session = session;
    await server.countCall("threads", request);
    const place = { userId, team: fields.get("team_id") ?? "", channel: fields.get("channel_id") ?? "" };
    if (command === "/roles" || (command === "/role" && text === "")) return listed(command, userId);

    const responseUrl = fields.get("response_url") ?? "";
    const asked = command === "/ask" ? text : `${command} ${text}`.trim();
    const start: CommandOrigin["turns"]["start"] = async (turn) => {
      await server.countCall("message", request);
      return isAllowed(responseUrl)
        ? replies.begin({ request: turn, responseUrl, asked })
        : turns.start(turn);
    };
    const threadId = await chats.get(place, `Slack #${fields.get("channel_name") ?? "chat"}`);
    const origin = { userId, threadId, turns: { ...turns, start } };
    const answer = await (await host.get("commands")).run(asked, origin);
    if (answer !== undefined) return done(answer, place);
    if (command !== "/ask") return "Unknown command";
    if (text === "") return "Usage: /ask <text>";
    checkContent(text);
    await start({ kind: "message", userId, threadId, content: text });
    return begun();

    /** What a command did here; what only a page can do is left. */
    async function done({ text: told, effect }: CommandAnswer, where: SlackPlace): Promise<string> {
      if (effect?.kind === "new_chat") {
        await chats.forget(where);
        return slackText(told) || "The next question begins a new conversation.";
      }
      if (effect?.kind === "turn") return begun();
      if (effect?.kind === "file") return slackText(`${told}\n\`\`\`\n${effect.content}\n\`\`\``.trim());
      return slackText(told) || "Done.";
    }

    function begun(): string {
      if (isAllowed(responseUrl)) return "Thinking…";
      return "Asked. Slack did not say where to post the answer; it is in the browser.";
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
