import { SkeletonError } from "../../../lib/errors.ts";
import { given } from "../../../lib/given.ts";
import type { Command } from "../../../protocols/command.ts";
import { threadHere } from "./chat.ts";
import { modelCompletions, pickModel } from "./models.ts";

export const retry: Command = {
  name: "retry",
  help: "Ask for another answer to the last message, of this model or another one",
  usage: "[model]",
  complete: (_, context) => modelCompletions(context),
  async run(argument, context) {
    const { host, turns, choice = {} } = context;
    const at = threadHere(context);
    const model = argument === "" ? choice.model : (await pickModel(argument, context)).id;
    const [last] = await (await host.get("thread")).getThreadMessages(at, { limit: 1 });
    if (last === undefined) {
      throw new SkeletonError("bad_input", "There is nothing to answer here.", {
        hint: "Say something first.",
      });
    }
    const { systemPrompt } = choice;
    // Whoever names a model wants its answer, not that of the two that plan mode has.
    const planMode = argument === "" ? choice.planMode : null;
    const started = await turns.start({
      ...at,
      ...{ kind: "regenerate", messageId: last.id },
      ...given({ model, systemPrompt, planMode }),
    });
    return { text: "", effect: { kind: "turn", started } };
  },
};
