import type { ModelSettings } from "./model.ts";
import type { PlanMode } from "./plan.ts";

/** Something that begins a turn. Absent: the thread's own model and prompt; of a new thread the defaults. */
export type TurnRequest = {
  readonly userId: string;
  /** The API key that asks for it: its mask counts beside the user's. */
  readonly keyId?: string;
  readonly model?: string;
  /** Key of the system prompt. */
  readonly systemPrompt?: string;
  /** Instructions for this turn alone, in place of the system prompt. */
  readonly instructions?: string;
  /** `null`: no plan this time. */
  readonly planMode?: PlanMode | null;
  /** How to generate this one answer, on top of the settings of its thread. */
  readonly overrides?: ModelSettings;
  readonly idempotencyKey?: string;
} & (
  | {
      readonly kind: "message";
      readonly content: string;
      /** Absent: a new thread. */
      readonly threadId?: string;
      /** Makes the thread under this id where it is not there; its title is the beginning of the message by default. */
      readonly orNew?: { readonly title?: string };
      /** What an assistant is taken to have said before: it stands in the history above the message. */
      readonly above?: string;
      /** Where the last message of the user in the thread says the same, that one is answered again instead. */
      readonly unlessAsked?: boolean;
      /** How to generate in a new thread; one that is there has its own. */
      readonly settings?: ModelSettings;
      /** The end of the branch the writer saw; `stale` when there is more by now. */
      readonly expectLeaf?: string;
    }
  /** The user's message said differently: a branch beside it. */
  | { readonly kind: "edit"; readonly threadId: string; readonly messageId: string; readonly content: string }
  /** Another answer: to this user message, or to the one this answer belongs to. */
  | { readonly kind: "regenerate"; readonly threadId: string; readonly messageId: string }
  /** The rest of an answer that was cut short: `messageId` is its last entry, and the end of the active branch. */
  | { readonly kind: "continue"; readonly threadId: string; readonly messageId: string }
);

/** Where a turn that was begun can be watched. */
export type Started = { readonly threadId: string; readonly turnId: string; readonly messageId: string };
