import type { Command } from "../../../protocols/command.ts";

const newChat: Omit<Command, "name"> = {
  help: "Begin a new chat; the old one is kept",
  run: () => ({ text: "", effect: { kind: "new_chat" } }),
};

export const clear: Command = { ...newChat, name: "clear" };
export const newCommand: Command = { ...newChat, name: "new" };
