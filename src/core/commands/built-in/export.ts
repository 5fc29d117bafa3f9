import { SkeletonError } from "../../../lib/errors.ts";
import { type ThreadFormat, threadFile } from "../../../lib/thread-file.ts";
import type { Command } from "../../../protocols/command.ts";
import { threadHere } from "./chat.ts";

const formats: Readonly<Record<string, ThreadFormat>> = {
  md: "markdown",
  markdown: "markdown",
  json: "json",
};

export const exportCommand: Command = {
  name: "export",
  help: "This thread as a file: Markdown to read, JSON to keep",
  usage: "[md|json]",
  complete: async () => [
    { value: "md", note: "to read" },
    { value: "json", note: "to keep" },
  ],
  async run(argument, context) {
    const at = threadHere(context);
    const format = formats[argument.toLowerCase() || "md"];
    if (format === undefined) {
      throw new SkeletonError("bad_input", `There is no format "${argument}".`, {
        hint: "There are `md` and `json`.",
      });
    }
    const threads = await context.host.get("thread");
    const file = threadFile(await threads.getThread(at), await threads.getThreadMessages(at), format);
    return { text: `Exported as \`${file.name}\`.`, effect: { kind: "file", ...file } };
  },
};
