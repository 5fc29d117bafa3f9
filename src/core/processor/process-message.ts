import { planCallId } from "../../lib/plan-answer.ts";
import type { MessageProcessor } from "../../protocols/message-processor.ts";
import type { CorePlugin } from "../../protocols/plugin.ts";
import { answerTurn } from "./answer-turn.ts";
import { countSegments } from "./segments.ts";
import { tellSteps } from "./tell-steps.ts";
import { timeText } from "./time-text.ts";
import { toldBefore } from "./told-before.ts";

export const messageProcessorPlugin: CorePlugin<"message_processor"> = {
  role: "message_processor",
  name: "full-flow",
  create(host): MessageProcessor {
    const timestamp = timeText(host.now);
    return {
      goesOn: true,
      processMessage(turn, signal) {
        const said = countSegments();
        const before = toldBefore(turn.before ?? [], said);
        const callIds = new Set([planCallId, ...before.calls.keys()]);
        return tellSteps(answerTurn({ host, turn, signal, timestamp, said, callIds, before }), said.hear);
      },
    };
  },
};
