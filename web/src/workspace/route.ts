/** Where the page is: `#/t/<thread id>`, `#/setup/<secret>`, or anything else for a new chat. */
export type Route =
  | { readonly at: "new" }
  | { readonly at: "thread"; readonly threadId: string }
  | { readonly at: "setup"; readonly secret: string };

export function parseRoute(hash: string): Route {
  const [, place, rest] = /^#\/(t|setup)\/([^/]+)$/.exec(hash) ?? [];
  const id = rest === undefined ? undefined : decoded(rest);
  if (id === undefined) return { at: "new" };
  return place === "t" ? { at: "thread", threadId: id } : { at: "setup", secret: id };
}

export const newChatHash = "#/";
export const threadHash = (threadId: string): string => `#/t/${encodeURIComponent(threadId)}`;

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // a stray % typed by hand
  }
}
