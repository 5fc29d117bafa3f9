import type { FastifyRequest } from "fastify";
import Type from "typebox";
import { codeOf } from "../../lib/errors.ts";
import { inSentences } from "../../lib/in-sentences.ts";
import type { Host } from "../../protocols/plugin.ts";
import { plainText } from "../answers.ts";
import type { HttpContext } from "../context.ts";
import { failures } from "../skeleton/schemas.ts";
import type { Server } from "../type-provider.ts";
import { answerSlack } from "./answer-slack.ts";
import { slackChats } from "./chats.ts";
import { signatureFault } from "./check-signature.ts";
import { slackReplies } from "./replies.ts";
import { seenRequests } from "./seen-requests.ts";
import { slackText } from "./slack-text.ts";

/** `POST /slack/command`, where a signing secret is configured: without one there is no telling who calls. */
export async function registerSlack(server: Server, context: HttpContext): Promise<void> {
  const { host } = context;
  const { signing_secret: secret } = host.config.slack;
  if (secret === undefined) return;
  const seen = seenRequests(host);
  const replies = slackReplies(context);
  const answer = answerSlack(context, { chats: slackChats(host), replies });
  host.background("answers that Slack waits for", () => replies.resume());
  await server.register((surface: Server, _options, done) => {
    surface.removeAllContentTypeParsers();
    surface.addContentTypeParser(
      ["application/x-www-form-urlencoded", "application/json"],
      { parseAs: "string" },
      (_request, body, parsed) => parsed(null, body), // its signature is over what came, byte by byte
    );
    surface.post(
      "/slack/command",
      {
        config: { access: "public" },
        schema: {
          summary: "A slash command of Slack, signed by it",
          description:
            "`/ask`, `/roles`, `/role`, `/models`, `/model` and every other command of this server. The answer is " +
            '`{"text": ...}`; what takes longer is posted to `response_url`.',
          tags: ["slack"],
          response: {
            200: Type.Object({ text: Type.String() }),
            401: plainText("Slack did not sign it, or not now."),
            ...failures,
          },
        },
      },
      async (request, reply) => {
        const body = typeof request.body === "string" ? request.body : "";
        const refuse = (why: string) => reply.code(401).type("text/plain").send(why);
        const timestamp = header(request, "x-slack-request-timestamp");
        const signature = header(request, "x-slack-signature");
        const fault = signatureFault(secret, { timestamp, signature, body, now: host.now() });
        if (fault !== undefined) return refuse(fault);
        if (!(await seen.take(signature ?? "", timestamp ?? ""))) return refuse("Repeated request");
        return {
          text: await said(host, request, () => answer(fieldsOf(request, body), server, request)),
        };
      },
    );
    done();
  });
}

/** Slack shows what it is told with 200, and nothing else. */
async function said(host: Host, request: FastifyRequest, run: () => Promise<string>) {
  try {
    return await run();
  } catch (error) {
    const thrown = error as { message: string; hint?: string };
    if (typeof thrown.hint === "string" && codeOf(error) !== "internal")
      return slackText(inSentences(thrown));
    host.log.error({ err: error, request: request.id }, "slack: a command failed");
    return "Error processing command";
  }
}

const header = ({ headers }: FastifyRequest, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** The fields of a form, or of JSON that holds the same. */
function fieldsOf({ headers }: FastifyRequest, body: string): ReadonlyMap<string, string> {
  if (!headers["content-type"]?.startsWith("application/json")) return new Map(new URLSearchParams(body));
  try {
    const parsed: unknown = JSON.parse(body);
    const entries = typeof parsed === "object" && parsed !== null ? Object.entries(parsed) : [];
    return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  } catch {
    return new Map(); // signed, and no command all the same
  }
}
