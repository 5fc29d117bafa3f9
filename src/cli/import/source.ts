import type { ChatMessage } from "../../protocols/model.ts";
import type { NewMessage } from "../../protocols/threads.ts";

/** A thread as it was elsewhere. Times are ISO 8601 in UTC with milliseconds. */
export type SourceThread = {
  /** The one it has there: whoever kept it finds the thread again. */
  readonly id: string;
  /** Whose it becomes here. */
  readonly userId: string;
  readonly title: string;
  /** Empty where nobody kept it. */
  readonly model: string;
  readonly systemPrompt: string;
  readonly created: string;
  readonly updated: string;
  readonly archived: boolean;
};

/** The next messages of a thread, few enough to be held and written at once. */
export type Stretch = {
  readonly thread: SourceThread;
  readonly messages: readonly NewMessage[];
  /** How many messages of the source these are: some say nothing of their own here. */
  readonly read: number;
  /** The thread ends with them. One without messages is a single empty stretch. */
  readonly last: boolean;
  /** With the last one: what the model saw of the thread, where that is more or other than its history. */
  readonly context?: readonly ChatMessage[];
};

/** What a source holds. */
export type SourceSize = { readonly threads: number; readonly messages: number };

/** At most so many messages are a stretch, */
const mostMessages = 200;
/** and no more once they have so many characters. */
const mostCharacters = 1_000_000;

/** Whether messages that are held are enough for a stretch. */
export const isStretch = (count: number, characters: number): boolean =>
  count >= mostMessages || characters >= mostCharacters;
