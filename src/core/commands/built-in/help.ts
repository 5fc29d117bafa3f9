import { literal } from "../../../lib/markdown-text.ts";
import type { Command } from "../../../protocols/command.ts";

export const help: Command = {
  name: "help",
  help: "List the commands",
  async run(_, { host }) {
    const lines = (await (await host.get("commands")).getCommands()).map(({ name, help: line, usage }) => {
      const written = usage === undefined ? `/${name}` : `/${name} ${usage}`;
      return `- \`${written}\`: ${literal(line)}`; // in a code span nothing of `<model>` is markup
    });
    return ["Commands:\n", ...lines].join("\n");
  },
};
