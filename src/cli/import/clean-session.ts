import { withoutRole } from "../../lib/role-prefix.ts";
import type { NewMessage } from "../../protocols/threads.ts";
import { asTyped } from "./html-text.ts";
import { questionIn, taskIn } from "./plan-prompts.ts";

/** A row of the table `messages`. */
export type StoredMessage = {
  readonly id: string;
  readonly role: string;
  readonly content: string;
  /** ISO 8601, UTC. */
  readonly created: string;
};

/** A message of a session as its user saw it when it was said. */
export type Cleaned = {
  /** Absent: it repeated what is said already. */
  readonly message?: NewMessage;
  /** The chat role that was active, by its name as it is stored. */
  readonly role?: string;
};

/**
 * Reads the messages of one session, oldest first, and gives back what its user wrote: without the instructions of a
 * role, and for the two prompts of plan mode the one question. The plan becomes a plan.
 * @param instructions of the roles there are, by name as it is stored.
 */
export function sessionCleaner(instructions: ReadonlyMap<string, string>): (row: StoredMessage) => Cleaned {
  let turnId = "";
  /** The question for which a plan was asked, until another one comes. */
  let planned: { readonly question: string; answered: boolean } | undefined;

  return ({ id, role: speaker, content, created }) => {
    const message = { id, type: "message_text", timestamp: created } as const;
    if (speaker !== "user") {
      const isPlan = planned?.answered === false;
      if (planned) planned.answered = true;
      const turn = turnId === "" ? {} : { turnId };
      return { message: { ...message, ...turn, role: isPlan ? "plan" : "assistant", content } };
    }
    const { text, role } = withoutRole(content, instructions);
    const active = role === undefined ? {} : { role };
    const question = questionIn(text);
    if (question !== undefined && planned?.answered && planned.question === question) {
      planned = undefined;
      return active;
    }
    const task = taskIn(text);
    planned = task === undefined ? undefined : { question: task, answered: false };
    turnId = `turn_${id}`;
    return { message: { ...message, role: "user", content: task ?? question ?? text }, ...active };
  };
}

/** The original made a title of so many characters. */
const titleLength = 60;

/**
 * A session's title as its user would have it. The original cut it from the first message, with whatever the page had put
 * before it; one that somebody gave it came through a form that escapes HTML.
 * @param first the first message of the user, as it is stored and as it was written.
 */
export function cleanTitle(
  title: string,
  first: { readonly stored: string; readonly written: string } | undefined,
): string {
  if (first === undefined) return asTyped(title);
  const isCut = first.stored.startsWith(title);
  if (isCut && first.stored === first.written) return title;
  if (!isCut && !title.startsWith("[[ROLE:")) return asTyped(title);
  return Array.from(first.written.trim()).slice(0, titleLength).join("");
}
