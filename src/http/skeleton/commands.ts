import type { FastifyRequest } from "fastify";
import Type, { type Static } from "typebox";
import { commandAnswerRow } from "../../lib/command-row.ts";
import { SkeletonError } from "../../lib/errors.ts";
import { given } from "../../lib/given.ts";
import type { ChatChoice, CommandOrigin } from "../../protocols/command.ts";
import type { PlanMode } from "../../protocols/plan.ts";
import type { HttpContext } from "../context.ts";
import { callerOf } from "../guard.ts";
import type { Server } from "../type-provider.ts";
import {
  type ChatChoiceRow,
  CommandAnswerRow,
  CommandGiven,
  CommandRow,
  CommandSuggestionRow,
  failures,
} from "./schemas.ts";

const tags = ["commands"];

/** Slash commands: what there is, what could be meant, and what comes of one. */
export function registerCommands(server: Server, { host, turns }: HttpContext): void {
  const originOf = (request: FastifyRequest, body: Static<typeof CommandGiven>): CommandOrigin => ({
    ...callerOf(request),
    ...given({ threadId: body.thread_id, choice: body.choice && choiceOf(body.choice) }),
    turns: {
      async start(turn) {
        await server.countCall("message", request); // no way around the limit of messages
        return turns.start({ ...turn, ...callerOf(request) });
      },
      stop: turns.stop,
      running: turns.running,
    },
  });

  server.get(
    "/api/v1/commands",
    {
      config: { access: "user", scopes: ["chat", "jobs", "read"], limit: "threads" },
      schema: {
        summary: "Slash commands, in the order to show",
        tags,
        response: { 200: Type.Array(CommandRow), ...failures },
      },
    },
    async () => (await host.get("commands")).getCommands(),
  );

  server.post(
    "/api/v1/commands",
    {
      config: { access: "user", scopes: ["chat"], limit: "threads" },
      schema: {
        summary: "Run a slash command",
        description:
          "It is done once this answers. A command that cannot be done is answered 200 with `failed`; a text that is " +
          "no command is 404, and something to say to the model.",
        tags,
        body: CommandGiven,
        response: { 200: CommandAnswerRow, ...failures },
      },
    },
    async (request) => {
      const { body } = request;
      const answer = await (await host.get("commands")).run(body.text, originOf(request, body));
      if (answer !== undefined) return commandAnswerRow(answer);
      throw new SkeletonError("record_not_found", "This is no command.", {
        hint: "Send it to POST /api/v1/message to say it, or see GET /api/v1/commands for what there is.",
      });
    },
  );

  server.post(
    "/api/v1/commands/complete",
    {
      config: { access: "user", scopes: ["chat"], limit: "search" },
      schema: {
        summary: "What could be meant by a text that begins like a command",
        description: "At most 25 lines of a menu, best first; none where the text is something to say.",
        tags,
        body: CommandGiven,
        response: { 200: Type.Array(CommandSuggestionRow), ...failures },
      },
    },
    async (request) => {
      const { body } = request;
      return (await host.get("commands")).complete(body.text, originOf(request, body));
    },
  );
}

const choiceOf = ({ model, system_prompt, plan_mode }: Static<typeof ChatChoiceRow>): ChatChoice =>
  given({ model, systemPrompt: system_prompt, planMode: plan_mode && (given(plan_mode) as PlanMode) });
