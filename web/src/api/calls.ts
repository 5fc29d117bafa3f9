import { callApi } from "./call-api.ts";
import type {
  AbsentProvider,
  EventList,
  GenerationSettings,
  Me,
  MessageEntry,
  ModelEntry,
  PluginPage,
  Prompts,
  SearchHit,
  SetupState,
  StartedTurn,
  ThreadDetail,
  ThreadEntry,
} from "./wire.ts";

/** Every call the page makes, a function each. They throw `ApiError`. */

export const threadsPage = 50;

/** Which messages: some at the end of a thread, above or below one of them, or around one. */
export type MessagesPage = {
  readonly limit: number;
  readonly before?: string;
  readonly after?: string;
  readonly around?: string;
};

/** Few at the end of a thread and around a message, which have to be readable at once, and more at a time elsewhere. */
export const newestMessages: MessagesPage = { limit: 40 };
export const messagesAround = (around: string): MessagesPage => ({ around, limit: 40 });
export const messagesBefore = (before: string): MessagesPage => ({ before, limit: 200 });
export const messagesAfter = (after: string): MessagesPage => ({ after, limit: 200 });

const threadPath = (threadId: string) => `/api/v1/threads/${encodeURIComponent(threadId)}`;
const messagePath = (threadId: string, messageId: string) =>
  `${threadPath(threadId)}/messages/${encodeURIComponent(messageId)}`;
const turnPath = (turnId: string) => `/api/v1/turns/${encodeURIComponent(turnId)}`;

type Credentials = { readonly username: string; readonly password: string };

export const getMe = () => callApi<Me>("/api/v1/me");
export const signIn = (json: Credentials) => callApi<unknown>("/login", { method: "POST", json });
/** @param json.everywhere ends all sign-ins of this user, in other browsers and scripts too. */
export const signOut = (json: { readonly everywhere?: boolean }) =>
  callApi<unknown>("/api/v1/logout", { method: "POST", json });
export const getSetup = () => callApi<SetupState>("/api/v1/setup");
export const setUp = (json: Credentials & { readonly secret: string }) =>
  callApi<unknown>("/api/v1/setup", { method: "POST", json });

export const getModels = () => callApi<readonly ModelEntry[]>("/api/v1/models?details=true");
/** The same, with every provider asked now. */
export const getFreshModels = () =>
  callApi<readonly ModelEntry[]>("/api/v1/models?details=true&refresh=true");
/** Whose models that list leaves out. */
export const getAbsentProviders = () => callApi<readonly AbsentProvider[]>("/api/v1/models/absent");
export const getPrompts = () => callApi<Prompts>("/api/v1/system_prompts");
export const getPluginPages = () => callApi<readonly PluginPage[]>("/api/v1/plugins/pages");

const listFilters = { pinned: "pinned=true", recent: "pinned=false", archived: "archived=true" } as const;
export type ThreadList = keyof typeof listFilters;

/** Newest first: the pinned ones, all others, or those in the archive. */
export const getThreads = (list: ThreadList, before: string | undefined, signal: AbortSignal) =>
  callApi<readonly ThreadEntry[]>(
    `/api/v1/threads?${listFilters[list]}&${pageQuery({ limit: threadsPage, before })}`,
    {
      signal,
    },
  );

export const getThread = (threadId: string, signal?: AbortSignal) =>
  callApi<ThreadDetail>(threadPath(threadId), signal && { signal });

/** Oldest first. */
export const getMessages = (threadId: string, page: MessagesPage, signal?: AbortSignal) =>
  callApi<readonly MessageEntry[]>(
    `${threadPath(threadId)}/messages?${pageQuery(page)}`,
    signal && { signal },
  );

export const search = (query: string, signal: AbortSignal) =>
  callApi<readonly SearchHit[]>(`/api/v1/search?${new URLSearchParams({ q: query, details: "true" })}`, {
    signal,
  });

export const changeThread = (
  threadId: string,
  json: {
    readonly title?: string;
    readonly archived?: boolean;
    readonly pinned?: boolean;
    /** All of them: what is left out goes back to the model's own default. */
    readonly settings?: GenerationSettings;
  },
) => callApi<unknown>(threadPath(threadId), { method: "POST", json });

/** For good. */
export const eraseThread = (threadId: string) =>
  callApi<unknown>(`${threadPath(threadId)}?permanent=true`, { method: "DELETE" });

export const activateBranch = (threadId: string, messageId: string) =>
  callApi<unknown>(`${messagePath(threadId, messageId)}/activate`, { method: "POST" });

/** Which model and prompt answer. */
export type Voice = { readonly model: string | undefined; readonly systemPrompt: string | undefined };

const voiceJson = ({ model, systemPrompt }: Voice) => ({ model, system_prompt: systemPrompt });

/**
 * Sends a message; without `threadId` into a new thread.
 * @param request.key repeating a call with the same key starts nothing twice.
 */
export const sendMessage = (request: {
  readonly threadId: string | null;
  readonly content: string;
  readonly voice: Voice;
  /** Of a new thread. */
  readonly settings?: GenerationSettings | undefined;
  readonly key: string;
}) =>
  callApi<StartedTurn>("/api/v1/message", {
    method: "POST",
    form: {
      content: request.content,
      thread_id: request.threadId ?? undefined,
      settings: request.settings && JSON.stringify(request.settings),
      ...voiceJson(request.voice),
    },
    headers: { "idempotency-key": request.key },
  });

export const editMessage = (threadId: string, messageId: string, content: string, voice: Voice) =>
  callApi<StartedTurn>(`${messagePath(threadId, messageId)}/edit`, {
    method: "POST",
    json: { content, ...voiceJson(voice) },
  });

export const regenerate = (threadId: string, messageId: string, voice: Voice) =>
  callApi<StartedTurn>(`${messagePath(threadId, messageId)}/regenerate`, {
    method: "POST",
    json: voiceJson(voice),
  });

/** Asks for the rest of an answer; `messageId` is its last entry. */
export const goOn = (threadId: string, messageId: string, voice: Voice) =>
  callApi<StartedTurn>(`${messagePath(threadId, messageId)}/continue`, {
    method: "POST",
    json: voiceJson(voice),
  });

type CallAnswer = {
  readonly turnId: string;
  readonly callId: string;
  readonly approve: boolean;
  /** With a yes: what was made of what was asked about, as JSON text. */
  readonly args?: string | undefined;
};

export const stopTurn = (turnId: string) => callApi<unknown>(`${turnPath(turnId)}/stop`, { method: "POST" });

/** Says whether a call that waits may run. */
export const answerCall = ({ turnId, callId, approve, args }: CallAnswer) =>
  callApi<unknown>(`${turnPath(turnId)}/approvals/${encodeURIComponent(callId)}`, {
    method: "POST",
    json: { approve, arguments: args },
  });

export const turnEventsPath = (turnId: string) => `${turnPath(turnId)}/events`;
export const accountEventsPath = "/api/v1/events";

/** What has happened since, without waiting for more. 410 when that is too long ago. */
export const getAccountEvents = (after: number | undefined, signal: AbortSignal) =>
  callApi<EventList>(after === undefined ? accountEventsPath : `${accountEventsPath}?after=${after}`, {
    signal,
  });

function pageQuery({
  limit,
  ...at
}: {
  readonly limit: number;
  readonly [side: string]: string | number | undefined;
}): string {
  const query = new URLSearchParams({ details: "true", limit: String(limit) });
  for (const [side, id] of Object.entries(at)) if (id !== undefined) query.set(side, String(id));
  return query.toString();
}
