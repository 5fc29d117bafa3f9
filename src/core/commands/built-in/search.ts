import { SkeletonError } from "../../../lib/errors.ts";
import { literal } from "../../../lib/markdown-text.ts";
import type { Command } from "../../../protocols/command.ts";
import { numbered } from "./pick.ts";

/** What a chat window shows without scrolling. */
const most = 10;

/** Characters; what a search may have everywhere else, too. */
const longest = 500;

export const search: Command = {
  name: "search",
  help: "Look for threads by what was said in them",
  usage: "<words>",
  async run(query, { host, userId }) {
    if (query.length > longest) {
      throw new SkeletonError("bad_input", `A search has ${longest} characters at most.`, {
        hint: "Look for fewer words.",
      });
    }
    const hits = await (await host.get("thread")).searchThreads({ userId, query, limit: most });
    const lines = hits.map(({ thread, messageId, snippet }) => {
      const found = messageId === undefined ? "" : `: ${literal(snippet)}`;
      return `${literal(thread.title)} (\`${thread.id}\`)${found}`;
    });
    const text =
      hits.length === 0 ? `Nothing found for: ${literal(query)}` : numbered("Found in these threads:", lines);
    return { text, effect: { kind: "search", query } };
  },
};
