import { SkeletonError } from "../../lib/errors.ts";
import { given } from "../../lib/given.ts";
import type { Json } from "../../protocols/json.ts";
import type { ConsentRequest } from "../../protocols/message-processor.ts";
import type { ToolCall } from "../../protocols/model.ts";
import type { ToolContext, ToolQuestion } from "../../protocols/tool.ts";
import type { Talk } from "./talk.ts";

/** Questions of one call; each is kept in the history. */
const questionsAtMost = 20;

/** How a running call asks the user of its turn (`ToolContext.ask`). */
export function askUser({ turn, host }: Talk, call: ToolCall): NonNullable<ToolContext["ask"]> {
  let asked = 0;
  return async (question) => {
    if (++asked > questionsAtMost)
      throw new SkeletonError("bad_input", `A call asks at most ${questionsAtMost} questions.`, {
        hint: "Ask for everything in one form.",
      });
    const request = { callId: host.newId(), ofCall: call.id, ...about(question, call) };
    const { approved, arguments: args } = await turn.consent(request, question.signal);
    return { approved, ...given({ arguments: args === undefined ? undefined : (JSON.parse(args) as Json) }) };
  };
}

function about(question: ToolQuestion, call: ToolCall): Omit<ConsentRequest, "callId"> {
  if ("call" in question) return { ...question.call, ...given({ once: question.once }) };
  const { message, form, url, from } = question;
  return { name: call.name, arguments: "", why: message, ...given({ form, url, from }) };
}
