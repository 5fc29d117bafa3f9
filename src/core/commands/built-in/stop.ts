import { SkeletonError } from "../../../lib/errors.ts";
import type { Command } from "../../../protocols/command.ts";
import { threadHere } from "./chat.ts";

export const stop: Command = {
  name: "stop",
  help: "Stop the answer; what it has said is kept",
  async run(_, context) {
    const { userId, threadId } = threadHere(context);
    const turnId = (await context.turns.running(userId)).get(threadId);
    if (turnId === undefined) {
      throw new SkeletonError("bad_input", "No answer is being given here.", { hint: "" });
    }
    await context.turns.stop({ userId, turnId });
    return ""; // the answer itself says that it was stopped
  },
};
