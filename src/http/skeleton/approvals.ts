import Type from "typebox";
import { given } from "../../lib/given.ts";
import { wireTime } from "../../lib/thread-rows.ts";
import type { HttpContext } from "../context.ts";
import { userIdOf } from "../guard.ts";
import type { Server } from "../type-provider.ts";
import { ApprovalAnswer, ApprovalAnswered, ApprovalRow, CallId, failures } from "./schemas.ts";

const reading = { config: { access: "user", scopes: ["chat", "read"] } } as const;
const writing = { config: { access: "user", scopes: ["chat"] } } as const;
const tags = ["approvals"];

/** Calls of tools that run only once their user has said yes. */
export function registerApprovals(server: Server, context: HttpContext): void {
  const { turns } = context;

  server.get(
    "/api/v1/approvals",
    {
      ...reading,
      schema: {
        summary: "Calls that wait for your word, oldest first",
        tags,
        response: { 200: Type.Array(ApprovalRow), ...failures },
      },
    },
    async (request) => {
      const waiting = await turns.approvals(userIdOf(request));
      return waiting.map(({ turnId, threadId, callId, name, arguments: args, ofCall, asked, ...more }) => {
        const { form, why, once, again, url, from } = more;
        return {
          ...{ turn_id: turnId, thread_id: threadId, call_id: callId, name, arguments: args },
          ...given({ form, why, once, again, of_call: ofCall, url, from }),
          asked: wireTime(asked),
        };
      });
    },
  );

  server.post(
    "/api/v1/turns/:turn_id/approvals/:call_id",
    {
      ...writing,
      schema: {
        summary: "Allow a call, or do not",
        description:
          "Durable when it is answered; the turn goes on. The same word again changes nothing, the other one is 409. A call " +
          "that does not wait is 404. `arguments` that are no JSON or do not fit the form are 400: nothing has changed then.",
        tags,
        params: CallId,
        body: ApprovalAnswer,
        response: { 200: ApprovalAnswered, ...failures },
      },
    },
    async (request) => {
      const { turn_id: turnId, call_id: callId } = request.params;
      const { approve, arguments: args } = request.body;
      await turns.answer({ userId: userIdOf(request), turnId, callId }, approve, args);
      return { turn_id: turnId, call_id: callId, approved: approve };
    },
  );
}
