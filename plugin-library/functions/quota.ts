/*
 * So many messages and tokens a user and day, in UTC. Who has used them up is told so, and the turn stops. Tokens are
 * counted as the model's upstream reports them, after the answer: the last answer of a day may go over.
 */
import type { FunctionPlugin } from "../../src/protocols/function-plugin.ts";
import type { Host } from "../../src/protocols/plugin.ts";
import type { In, Store, StoreRecord } from "../../src/protocols/store.ts";

const messagesADay = 200;
const tokensADay = 500_000;

let host: Host;

type Use = { readonly messages: number; readonly tokens: number };

/** Adds to today's use unless `limit` refuses what there is. @throws what `limit` throws. */
async function count(userId: string, more: Use, limit: (use: Use) => void): Promise<void> {
  const store = await openStore();
  const place: In = { userId, store: "quota" };
  const day = host.now().toISOString().slice(0, 10);
  for (;;) {
    const record = await store.get({ ...place, id: "use" });
    const use = record?.day === day ? usedIn(record) : { messages: 0, tokens: 0 };
    limit(use);
    const next = { day, messages: use.messages + more.messages, tokens: use.tokens + more.tokens };
    try {
      if (record === undefined) await store.add(place, next, "use");
      else await store.update({ ...place, id: "use" }, next, { day: String(record.day), ...usedIn(record) });
      return;
    } catch (error) {
      // Another turn of this user was quicker: look again.
      if (!["conflict", "duplicate_record"].includes((error as { code?: string }).code ?? "")) throw error;
    }
  }
}

const usedIn = ({ messages, tokens }: StoreRecord): Use => ({
  messages: Number(messages),
  tokens: Number(tokens),
});

async function openStore(): Promise<Store> {
  const store = await host.get("store");
  await store.createStoreIfNotExists("quota", { day: "str", messages: "int", tokens: "int" });
  return store;
}

function checkUse({ messages, tokens }: Use): void {
  const again = "You can go on after midnight, UTC.";
  if (messages >= messagesADay)
    throw new Error(`You have sent the ${messagesADay} messages of today. ${again}`);
  if (tokens >= tokensADay) throw new Error(`You have used the ${tokensADay} tokens of today. ${again}`);
}

export default {
  name: "quota",
  priority: 1000, // before anything that costs
  onError: "stop",
  start(given) {
    host = given;
  },
  async preCall({ message }, { userId }) {
    if (message.role === "user") await count(userId, { messages: 1, tokens: 0 }, checkUse);
    return undefined;
  },
  filterStream(events, { userId }) {
    const tokens = events.reduce(
      (sum, { event, data }) => (event === "usage" ? sum + tokensOf(data) : sum),
      0,
    );
    // In the background: an answer that was given is not taken back because it could not be counted.
    if (tokens > 0) host.background("quota", () => count(userId, { messages: 0, tokens }, () => {}));
    return undefined;
  },
} satisfies FunctionPlugin;

const tokensOf = (usage: {
  total_tokens?: number;
  prompt_tokens?: number;
  completion_tokens?: number;
}): number => usage.total_tokens ?? (usage.prompt_tokens ?? 0) + (usage.completion_tokens ?? 0);
