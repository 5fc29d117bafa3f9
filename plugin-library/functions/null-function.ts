/*
 * Logs that each hook was called, and changes nothing: the smallest function, to see that functions work, and to start
 * one of your own from. What was said is not logged, only how much.
 */
import type { FunctionPlugin } from "../../src/protocols/function-plugin.ts";
import type { Host } from "../../src/protocols/plugin.ts";

let host: Host;

export default {
  name: "null_function",
  priority: 0,
  start(given) {
    host = given;
  },
  preCall({ message, model, tools }, { threadId, turnId }) {
    const said = { role: message.role, characters: message.content.length };
    host.log.info({ threadId, turnId, model, tools: tools.length, ...said }, "null_function: preCall");
    return undefined;
  },
  filterStream(events, { threadId, turnId }) {
    const kinds = [...new Set(events.map(({ event }) => event))];
    host.log.info({ threadId, turnId, events: events.length, kinds }, "null_function: filterStream");
    return undefined;
  },
  postCall(message, { threadId, turnId }) {
    host.log.info({ threadId, turnId, characters: message.content.length }, "null_function: postCall");
    return undefined;
  },
} satisfies FunctionPlugin;
