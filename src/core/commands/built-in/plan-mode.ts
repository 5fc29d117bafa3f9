import { allowedModels } from "../../../lib/allowed-models.ts";
import { SkeletonError } from "../../../lib/errors.ts";
import { literal } from "../../../lib/markdown-text.ts";
import type { Command } from "../../../protocols/command.ts";
import { choose } from "./chat.ts";
import { modelCompletions, modelKind } from "./models.ts";
import { missing } from "./pick.ts";

const reviewWord = "review";

/** Unlike `/model` it takes nothing but whole names: two wrong guesses would be one too many. */
export const planMode: Command = {
  name: "model:plan-mode",
  help: "Let one model plan and another carry it out; review shows you the plan first",
  usage: "<planner> <answerer> [review]",
  async complete(before, context) {
    if (before.length === 2) return [{ value: reviewWord, note: "you see the plan first" }];
    const all = await modelCompletions(context);
    return [
      ...all.filter(({ value }) => !before.includes(value)),
      ...all.filter(({ value }) => before.includes(value)),
    ];
  },
  async run(argument, context) {
    const [planner = "", answerer = "", ...rest] = argument.split(/\s+/);
    const ids = (await allowedModels(context.host, context)).map(({ id }) => id);
    for (const wanted of [planner, answerer])
      if (!ids.includes(wanted)) throw missing(wanted, ids, modelKind);
    const more = rest.join(" ").toLowerCase();
    if (more !== "" && more !== reviewWord) {
      throw new SkeletonError("bad_input", `"${more}" is not understood behind the two models.`, {
        hint: `\`${reviewWord}\` can stand there, or nothing.`,
      });
    }
    const review = more === reviewWord;
    const effect = await choose(context, {
      planMode: { planner, answerer, ...(review && { review }) },
    });
    const look = review ? " You see each plan before it is carried out." : "";
    return {
      text: `Plan mode enabled. Planning: ${literal(planner)}, answering: ${literal(answerer)}.${look}`,
      effect,
    };
  },
};

export const planModeOff: Command = {
  name: "model:plan-mode-off",
  help: "Answer without a plan again",
  async run(_, context) {
    const effect = await choose(context, { planMode: null });
    return { text: "Plan mode disabled. Returning to normal mode.", effect };
  },
};
