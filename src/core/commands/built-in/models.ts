import { allowedModels } from "../../../lib/allowed-models.ts";
import { literal } from "../../../lib/markdown-text.ts";
import type { Command, CommandContext, Completion } from "../../../protocols/command.ts";
import type { ModelInfo } from "../../../protocols/model.ts";
import { choose, currentChoice } from "./chat.ts";
import { numbered, type PickKind, pick } from "./pick.ts";

export const modelKind: PickKind = { one: "model", several: "models", command: "/models" };

/** The model as it is told, with its provider where that is known. */
const told = ({ id, provider }: ModelInfo): string =>
  provider === "" ? literal(id) : `${literal(id)} (${literal(provider)})`;

/** The models that a user may use, as suggestions. */
export const modelCompletions = async (context: CommandContext): Promise<readonly Completion[]> =>
  (await allowedModels(context.host, context)).map(({ id, provider }) =>
    provider === "" ? { value: id } : { value: id, note: provider },
  );

/** The model that is meant. @throws `bad_input`. */
export async function pickModel(wanted: string, context: CommandContext): Promise<ModelInfo> {
  return pick(wanted, await allowedModels(context.host, context), ({ id }) => id, modelKind);
}

export const models: Command = {
  name: "models",
  help: "List the models, and which one answers here",
  async run(_, context) {
    const all = await allowedModels(context.host, context);
    if (all.length === 0) return "No models available.";
    const { model } = await currentChoice(context);
    const lines = all.map((info) => (info.id === model ? `${told(info)} (current)` : told(info)));
    return numbered("Available models:", lines);
  },
};

export const model: Command = {
  name: "model",
  help: "Let another model answer",
  usage: "<model>",
  complete: (_, context) => modelCompletions(context),
  async run(argument, context) {
    const chosen = await pickModel(argument, context);
    const effect = await choose(context, { model: chosen.id });
    return { text: `Model set to: ${told(chosen)}`, effect };
  },
};
