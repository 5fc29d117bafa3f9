import { SkeletonError } from "../../../lib/errors.ts";
import { literal } from "../../../lib/markdown-text.ts";
import type { Command } from "../../../protocols/command.ts";
import { threadHere } from "./chat.ts";

/** Characters; what a title may have everywhere else, too. */
const longest = 500;

const entitle: Omit<Command, "name"> = {
  help: "Give this thread another title",
  usage: "<title>",
  async run(argument, context) {
    const at = threadHere(context);
    if (argument.length > longest) {
      throw new SkeletonError("bad_input", `A title has ${longest} characters at most.`, {
        hint: `This one has ${argument.length}; shorten it.`,
      });
    }
    await (await context.host.get("thread")).updateThread(at, { title: argument });
    return `Title set to: ${literal(argument)}`;
  },
};

export const title: Command = { ...entitle, name: "title" };
export const rename: Command = { ...entitle, name: "rename" };
