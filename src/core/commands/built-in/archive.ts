import type { Command } from "../../../protocols/command.ts";
import { threadHere } from "./chat.ts";

export const archive: Command = {
  name: "archive",
  help: "Put this thread into the archive",
  async run(_, context) {
    await (await context.host.get("thread")).archiveThread(threadHere(context));
    return { text: "Archived.", effect: { kind: "new_chat" } };
  },
};
