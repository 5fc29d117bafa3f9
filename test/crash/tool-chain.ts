import { appendFileSync, readFileSync } from "node:fs";
import type { JsonObject } from "../../src/protocols/json.ts";
import type { CorePlugin } from "../../src/protocols/plugin.ts";
import type { Tool } from "../../src/protocols/tool.ts";

/** Where each run of a tool leaves a line; the server's working folder is its data folder. */
const diary = "ran.txt";

/** A model that calls the tools that the user's message names, one a round, and then says what they answered. */
export const chainModelPlugin: CorePlugin<"model"> = {
  role: "model",
  name: "chain",
  priority: 10,
  create: () => ({
    listModels: async () => ["chain"],
    async *generate({ messages }) {
      const asked = messages.findLastIndex(({ role }) => role === "user");
      const results = messages.slice(asked).filter(({ role }) => role === "tool");
      const name = messages[asked]?.content.split(" ")[results.length];
      yield name === undefined
        ? [
            {
              event: "message_tokens",
              data: { content: results.map(({ content }) => content).join(", "), model: "chain" },
            },
          ]
        : [
            { event: "message_tokens", data: { content: `Now ${name}. `, model: "chain" } },
            { event: "tool_call", data: { id: "call_0", name, arguments: "{}" } },
          ];
    },
  }),
};

/** The same beside the models that there are. */
export const besideChainPlugin: CorePlugin<"model"> = {
  ...{ role: "model", name: "beside", priority: 10 },
  async create(host, below) {
    const [chain, rest] = [await chainModelPlugin.create(host, below), await below()];
    return {
      ...rest,
      listModels: async () => [...(await rest.listModels()), ...(await chain.listModels())],
      generate: (request, signal) => (request.model === "chain" ? chain : rest).generate(request, signal),
    };
  },
};

const tool = (name: string, more: Partial<Tool> = {}): Tool => ({
  ...{ name, description: name, parameters: { type: "object" }, execute: () => undefined },
  ...more,
});

/**
 * Tools that note that they ran; `slow` and `risky` never end when they run for the first time. `booking` and `survey` ask
 * their user while they run; `survey` may be repeated by itself.
 */
export const chainToolsPlugin: CorePlugin<"tools"> = {
  role: "tools",
  name: "chain",
  priority: 10,
  create: () => ({
    getTools: async () => [
      ...[
        tool("note"),
        tool("slow", { idempotent: true }),
        tool("risky"),
        tool("guarded", { approve: "always" }),
        tool("booking"),
        tool("survey", { idempotent: true }),
      ],
    ],
    async *call({ name }, { signal, ask }) {
      appendFileSync(diary, `${name}\n`);
      const runs = readFileSync(diary, "utf8")
        .split("\n")
        .filter((line) => line === name).length;
      if ((name === "slow" || name === "risky") && runs === 1)
        await new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        });
      if (name === "booking" || name === "survey") {
        const form: JsonObject = { type: "object", properties: { seats: { type: "integer" } } };
        const { arguments: filled } = (await ask?.({ message: "How many?", form, signal })) ?? {};
        return { content: `${name} ${runs} ${JSON.stringify(filled)}` };
      }
      yield "almost";
      return { content: `${name} ${runs}` };
    },
    getProblems: async () => [],
  }),
};
