import { entryId } from "../../lib/entry-id.ts";
import { codeOf } from "../../lib/errors.ts";
import type { Context, ContextMessage } from "../../protocols/context.ts";
import type { ChatMessage } from "../../protocols/model.ts";
import type { Talk } from "./talk.ts";

/** What the model is told in place of a message of the user's, for one call: it is not kept. */
export type Prompt = { readonly messageId: string; readonly content: string };

/** The context as one turn sees it and adds to it. */
export type TurnContext = {
  /** What the model is shown: the branch down to the message that is answered, and what this turn added. */
  shown(prompt?: Prompt): Promise<readonly ContextMessage[]>;
  /** Adds a message that belongs to the history entry at this place of the turn. */
  add(message: ChatMessage, place: number): Promise<void>;
  isOwn(id: string): boolean;
  /** What a turn that goes on has added so far; nothing in one that begins. */
  added(): Promise<readonly ContextMessage[]>;
  /** Takes the reasoning out again that was kept between the rounds. */
  forgetReasoning(): Promise<void>;
};

/** Not every model goes on by itself when its own words stand last. */
const goOn =
  "Your last answer was cut short. Go on exactly where it breaks off, in the middle of a sentence if need be. " +
  "Repeat nothing, and do not comment on this.";

/** What is answered: the user's message, or the wish to hear the rest of an answer. */
export const askedIn = ({ turn }: Talk): ChatMessage => ({
  role: "user",
  content: turn.message.role === "user" ? turn.message.content : goOn,
});

/** @param asked what is answered, as hooks left it. */
export function turnContext(talk: Talk, context: Context, asked: ChatMessage): TurnContext {
  const { turn } = talk;
  const own = new Set<string>();
  const reasoned: string[] = [];
  /** What the branch holds below the message: the answers it had. Known once the context was read. */
  let below: ReadonlySet<string> | undefined;

  /** The first look. A context that is derived from the history, as the default is, holds the message already. */
  async function begin(): Promise<readonly ContextMessage[]> {
    const { id } = turn.message;
    let messages = await context.getContext(turn);
    if (turn.before !== undefined) findOwn(messages);
    else if (turn.message.role === "user" && !messages.some((message) => isSame(message, { ...asked, id }))) {
      await context.addMessage(turn, { ...asked, id });
      messages = await context.getContext(turn);
    }
    const last = messages.findLastIndex((message) => message.id === id);
    const answers = turn.message.role === "user" && last !== -1 ? messages.slice(last + 1) : [];
    below = new Set(answers.map((message) => message.id).filter((answer) => !own.has(answer)));
    return messages;
  }

  /** In the place of the message, or, where a compressor has taken that away, behind all that was there before. */
  function withPrompt(messages: readonly ContextMessage[], { messageId, content }: Prompt) {
    const at = messages.findIndex(({ id }) => id === messageId);
    if (at !== -1) return messages.with(at, { id: messageId, role: "user", content });
    const first = messages.findIndex(({ id }) => own.has(id));
    return messages.toSpliced(first === -1 ? messages.length : first, 0, {
      ...{ id: messageId, role: "user", content },
    });
  }

  function findOwn(messages: readonly ContextMessage[]): void {
    for (const message of messages) {
      if (!message.id.startsWith(`${turn.turnId}.`)) continue;
      own.add(message.id);
      if (message.role === "assistant" && message.reasoning_content !== undefined) reasoned.push(message.id);
    }
  }

  return {
    async shown(prompt) {
      const messages = below === undefined ? await begin() : await context.getContext(turn);
      const branch = below?.size ? messages.filter(({ id }) => !below?.has(id)) : messages;
      const above = prompt === undefined ? branch : withPrompt(branch, prompt);
      if (turn.message.role === "user") return above;
      const first = above.findIndex(({ id }) => own.has(id));
      return above.toSpliced(first === -1 ? above.length : first, 0, { ...asked, id: "go-on" });
    },
    async add(message, place) {
      const id = entryId(turn.turnId, place);
      own.add(id);
      await context.addMessage(turn, { ...message, id });
      if (message.role === "assistant" && message.reasoning_content !== undefined) reasoned.push(id);
    },
    isOwn: (id) => own.has(id),
    async added() {
      if (turn.before === undefined) return [];
      return (await begin()).filter(({ id }) => own.has(id));
    },
    async forgetReasoning() {
      for (const messageId of reasoned.splice(0)) {
        try {
          await context.updateMessage({ ...turn, messageId }, { reasoning_content: null });
        } catch (error) {
          // A compressor has put something else in its place, or the thread was erased: there is nothing left to forget.
          if (!["message_not_found", "thread_not_found"].includes(codeOf(error))) throw error;
        }
      }
    },
  };
}

const isSame = (one: ContextMessage, other: ContextMessage) =>
  one.id === other.id && one.role === other.role && one.content === other.content;
