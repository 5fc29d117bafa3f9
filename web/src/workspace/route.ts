/**
 * Where the page is. `#/t/<thread id>`, `#/t/<thread id>/m/<message id>`, `#/search/<words>`, `#/archived`,
 * `#/keys`, `#/jobs`, `#/jobs/<number>`, `#/jobs/of/<thread id>`, `#/setup/<secret>`, `#/then/<path of a plugin's page>`, or anything else for a new chat.
 */
export type Route =
  | { readonly at: "new" }
  | { readonly at: "thread"; readonly threadId: string; readonly messageId?: string }
  | { readonly at: "search"; readonly query: string }
  | { readonly at: "archived" }
  | { readonly at: "keys" }
  /** One job, those of a thread, or all. */
  | { readonly at: "jobs"; readonly jobId?: number; readonly threadId?: string }
  | { readonly at: "setup"; readonly secret: string }
  /** A page of a plugin, once it is known who is here. */
  | { readonly at: "then"; readonly path: string };

/** Where a conversation is shown; a search and the archive stand beside the one that was there. */
export type Place = Extract<Route, { at: "new" | "thread" }>;

/** What stands in the place of the conversation, if anything does. */
export type RoomAt = Extract<Route, { at: "keys" | "jobs" }>;

/** What stands in the place of the list of threads, if anything does. */
export type Side = Extract<Route, { at: "search" | "archived" }>;

export function parseRoute(hash: string): Route {
  const parts = hash.replace(/^#\//, "").split("/").map(decoded);
  const [place, id = "", deeper, messageId = ""] = parts;
  if (parts.includes("")) return { at: "new" };
  switch (`${place} ${parts.length}`) {
    case "t 2":
      return { at: "thread", threadId: id };
    case "t 4":
      return deeper === "m" ? { at: "thread", threadId: id, messageId } : { at: "new" };
    case "search 2":
      return { at: "search", query: id };
    case "archived 1":
      return { at: "archived" };
    case "keys 1":
      return { at: "keys" };
    case "jobs 1":
      return { at: "jobs" };
    case "jobs 2":
      return /^[1-9]\d{0,14}$/.test(id) ? { at: "jobs", jobId: Number(id) } : { at: "jobs" };
    case "jobs 3":
      return id === "of" ? { at: "jobs", threadId: deeper ?? "" } : { at: "jobs" };
    case "setup 2":
      return { at: "setup", secret: id };
    case "then 2": {
      const path = pluginPath(id);
      return path === undefined ? { at: "new" } : { at: "then", path };
    }
    default:
      return { at: "new" };
  }
}

export const newChatHash = "#/";
export const archivedHash = "#/archived";
export const keysHash = "#/keys";
export const jobsHash = "#/jobs";
export const jobHash = (id: number): string => `${jobsHash}/${id}`;
export const threadJobsHash = (threadId: string): string => `${jobsHash}/of/${encodeURIComponent(threadId)}`;
export const threadHash = (threadId: string): string => `#/t/${encodeURIComponent(threadId)}`;
export const messageHash = (threadId: string, messageId: string): string =>
  `${threadHash(threadId)}/m/${encodeURIComponent(messageId)}`;
export const searchHash = (query: string): string => `#/search/${encodeURIComponent(query)}`;

/** The address of a place. */
export function placeHash(place: Place): string {
  if (place.at === "new") return newChatHash;
  const { threadId, messageId } = place;
  return messageId === undefined ? threadHash(threadId) : messageHash(threadId, messageId);
}

/** The route itself where it is one that stands beside a conversation. */
export const sideOf = (route: Route): Side | undefined =>
  route.at === "search" || route.at === "archived" ? route : undefined;

export const roomOf = (route: Route): RoomAt | undefined =>
  route.at === "keys" || route.at === "jobs" ? route : undefined;

/** An address is written by anybody, so it leads to pages of plugins on this server and nowhere else. */
function pluginPath(text: string): string | undefined {
  const here = "http://here.invalid";
  const url = URL.parse(text, here);
  return url?.origin === here && url.pathname.startsWith("/_plugin/") ? url.pathname + url.search : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return ""; // a stray % typed by hand
  }
}
