import { createExternalStore } from "../lib/external-store.ts";

/** A text that is on its way; its key makes sending it again harmless. */
type Sending = { readonly content: string; readonly key: string };
type Draft = { readonly text: string; readonly sending?: Sending; readonly failed?: Failed };
type Failed = { readonly sentence: string; readonly key: string; readonly content: string };

const nothing: Draft = { text: "" };
const changes = createExternalStore(0);

/**
 * What is being written, a draft for each place (a user's thread, or a user's next chat). It lasts as long as the
 * window: through reloads, through signing in again, and while a message is on its way.
 */
export const drafts = {
  subscribe: changes.subscribe,
  /** As text, since a reader must see the same value until it changes. */
  snapshot: (place: string): string => sessionStorage.getItem(slot(place)) ?? "",

  write(place: string, text: string): void {
    const { sending, failed } = parseDraft(drafts.snapshot(place));
    keep(place, { text, ...(sending && { sending }), ...(failed && { failed }) });
  },
  /** The text has left the composer. */
  sent(place: string, sending: Sending): void {
    keep(place, { text: "", sending });
  },
  /** The server has it. */
  arrived(place: string): void {
    keep(place, { text: parseDraft(drafts.snapshot(place)).text });
  },
  /** It comes back, above whatever was written in the meantime. */
  returned(place: string, sentence: string): void {
    const { text, sending } = parseDraft(drafts.snapshot(place));
    if (sending === undefined) return;
    const both = text === "" ? sending.content : `${sending.content}\n\n${text}`;
    keep(place, { text: both, failed: { ...sending, sentence } });
  },
  /** Signing out leaves nothing behind. */
  clear(): void {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key);
    changes.set(changes.get() + 1);
  },
};

export function parseDraft(snapshot: string): Draft {
  if (snapshot === "") return nothing;
  try {
    return JSON.parse(snapshot) as Draft;
  } catch {
    return nothing;
  }
}

const prefix = "draft:";
const slot = (place: string) => `${prefix}${place}`;

function keep(place: string, draft: Draft): void {
  if (draft.text === "" && draft.sending === undefined) sessionStorage.removeItem(slot(place));
  else sessionStorage.setItem(slot(place), JSON.stringify(draft));
  changes.set(changes.get() + 1);
}
