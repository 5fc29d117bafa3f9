import type { Api, Entry } from "./api.ts";
import { type Ledger, noteBegun } from "./ledger.ts";
import { answerTo } from "./wordy-upstream.ts";

/**
 * Compares what the server was heard to promise with what it has after a restart.
 * @param mayFail whether a turn may have failed because the database was away.
 * @returns every promise that was not kept, in words; `[]` is what we want.
 */
export async function findLosses(
  api: Api,
  ledger: Ledger,
  threadIds: readonly string[],
  mayFail = false,
): Promise<readonly string[]> {
  const losses: string[] = [];
  losses.push(...(await repeatUnanswered(api, ledger)));
  for (const threadId of threadIds) {
    try {
      losses.push(...(await lossesOf(api, ledger, threadId, mayFail)));
    } catch (error) {
      losses.push(`acknowledged and missing: something in thread ${threadId}: ${String(error)}`);
    }
  }
  losses.push(...(await searchLosses(api, ledger)));
  return losses;
}

async function lossesOf(
  api: Api,
  ledger: Ledger,
  threadId: string,
  mayFail: boolean,
): Promise<readonly string[]> {
  const entries = await everyEntry(api, threadId);
  return [
    ...messageLosses(ledger, threadId, entries),
    ...answerLosses(ledger, threadId, entries),
    ...(await threadLosses(api, ledger, threadId, mayFail)),
  ];
}

/** Asks again for what was never answered, with the same key: it must end up there once. */
async function repeatUnanswered(api: Api, ledger: Ledger): Promise<readonly string[]> {
  const losses: string[] = [];
  for (const [content, { path, body, key }] of ledger.unanswered) {
    try {
      const begun = await api.begin(path, body, key);
      noteBegun(ledger, content, begun, "new");
      for await (const _event of api.watch(begun.turn_id)); // till it ends
    } catch (error) {
      ledger.unanswered.delete(content);
      losses.push(`"${content}" cannot be said again: ${String(error)}`);
    }
  }
  return losses;
}

/** All entries of a thread, on whatever branch. The active one is active again in the end. */
export async function everyEntry(api: Api, threadId: string): Promise<readonly Entry[]> {
  const path = `/api/v1/threads/${threadId}/messages`;
  const found = new Map<string, Entry>();
  const toVisit = new Set<string>();
  let end: string | undefined;
  for (let next: string | undefined = ""; next !== undefined; [next] = toVisit) {
    toVisit.delete(next);
    if (next !== "") await api.post(`${path}/${next}/activate`);
    const branch = await api.get<readonly Entry[]>(`${path}?details=true`);
    end ??= branch.at(-1)?.id;
    for (const entry of branch) {
      found.set(entry.id, entry);
      for (const sibling of entry.siblings ?? []) toVisit.add(sibling);
    }
    for (const id of found.keys()) toVisit.delete(id);
  }
  if (end !== undefined) await api.post(`${path}/${end}/activate`);
  return [...found.values()];
}

function messageLosses(ledger: Ledger, threadId: string, entries: readonly Entry[]): readonly string[] {
  const times = new Map<string, number>();
  for (const { role, content } of entries)
    if (role === "user") times.set(content, (times.get(content) ?? 0) + 1);
  const doubled = [...times].filter(([, count]) => count > 1).map(([content]) => `doubled: "${content}"`);
  const missing = [...ledger.acknowledged.values()]
    .filter((message) => message.threadId === threadId)
    .filter(
      ({ messageId, content }) =>
        !entries.some((entry) => entry.id === messageId && entry.content === content),
    )
    .map(({ content }) => `acknowledged and missing: "${content}"`);
  return [...doubled, ...missing];
}

function answerLosses(ledger: Ledger, threadId: string, entries: readonly Entry[]): readonly string[] {
  return [...ledger.turns].flatMap(([turnId, turn]) => {
    if (turn.threadId !== threadId) return [];
    const said = entries.filter((entry) => entry.turn_id === turnId);
    const text = said.map(({ content }) => content).join("");
    const whole = answerTo(turn.content);
    const cut = said.some(({ interrupted }) => interrupted);
    const what = `the answer to "${turn.content}"`;
    if (ledger.finished.has(turnId) && (text !== whole || cut))
      return [`${what} had ended, and is not whole: "${text}"`];
    const seen = ledger.stopped.get(turnId);
    if (seen !== undefined && !text.startsWith(seen))
      return [`${what} was stopped, and "${seen}" became "${text}"`];
    if (!whole.startsWith(text)) return [`${what} is not what the model said: "${text}"`];
    if (text !== whole && said.length > 0 && !cut) return [`${what} is cut, and not marked: "${text}"`];
    return [];
  });
}

type ThreadState = {
  readonly title: string;
  readonly running_turn: string | null;
  readonly last_turn: { readonly state: string } | null;
};

async function threadLosses(
  api: Api,
  ledger: Ledger,
  threadId: string,
  mayFail: boolean,
): Promise<readonly string[]> {
  const losses: string[] = [];
  const over = ["done", "interrupted", ...(mayFail ? ["failed"] : [])];
  const thread = await api.get<ThreadState>(`/api/v1/threads/${threadId}`);
  if (thread.running_turn !== null) losses.push(`a turn is left running in ${threadId}`);
  for (const [turnId, turn] of ledger.turns) {
    if (turn.threadId !== threadId) continue;
    const { state } = await api.get<{ state: string }>(`/api/v1/turns/${turnId}`);
    if (!over.includes(state)) losses.push(`turn ${turnId} is ${state}`);
    if (ledger.finished.has(turnId) && state !== "done")
      losses.push(`turn ${turnId} had ended and is ${state}`);
  }
  const { acknowledged, asked } = ledger.titles.get(threadId) ?? {};
  if (acknowledged !== undefined && thread.title !== acknowledged && thread.title !== asked)
    losses.push(`the title "${acknowledged}" became "${thread.title}"`);
  if (asked !== undefined) ledger.titles.set(threadId, { acknowledged: thread.title });
  return losses;
}

/** The newest acknowledged message is found by a word that only it and its answer have. */
async function searchLosses(api: Api, ledger: Ledger): Promise<readonly string[]> {
  const newest = [...ledger.acknowledged.values()].slice(-2);
  const lost = newest.map(async ({ content, threadId }) => {
    const name = /^about (\S+):/.exec(content)?.[1] ?? "";
    const hits = await api.get<readonly { readonly id: string }[]>(`/api/v1/search?q=${name}`);
    return hits.some(({ id }) => id === threadId) ? [] : [`search does not find "${content}"`];
  });
  return (await Promise.all(lost)).flat();
}
