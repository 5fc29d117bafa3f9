/** What the server answers, as it stands on the wire. Times are ISO 8601, UTC. */

export type Me = { readonly username: string; readonly role: string };

export type ModelEntry = {
  readonly id: string;
  readonly provider: string;
  readonly description?: string;
  readonly context_window?: number;
};

/** Key to description. */
export type Prompts = Readonly<Record<string, string>>;

export type ThreadEntry = {
  readonly id: string;
  readonly title: string;
  readonly created: string;
  readonly updated: string;
  readonly model: string;
  readonly system_prompt: string;
  readonly archived: boolean;
  /** The turn that is being answered now. */
  readonly running_turn: string | null;
};

export type TurnState = "running" | "done" | "failed" | "interrupted";

export type ThreadDetail = ThreadEntry & {
  readonly last_turn: {
    readonly turn_id: string;
    readonly state: TurnState;
    readonly error?: string | null;
  } | null;
};

/** An entry of the active branch. */
export type MessageEntry = {
  readonly id: string;
  readonly parent_id: string | null;
  readonly role: "user" | "assistant" | "thinking" | "tool";
  readonly type: string;
  readonly content: string;
  readonly timestamp: string;
  readonly model?: string | null;
  readonly call_id?: string | null;
  readonly turn_id?: string | null;
  readonly interrupted?: boolean | null;
  /** The entries that begin at the same place, this one among them. */
  readonly siblings?: readonly string[] | null;
};

export type SearchHit = {
  readonly id: string;
  readonly title: string;
  readonly created: string;
  readonly snippet: string;
  /** `[start, end)` in `snippet`, in UTF-16 units. */
  readonly marks: readonly (readonly [number, number])[];
  readonly message_id?: string | null;
};

/** A turn that has begun. */
export type StartedTurn = {
  readonly thread_id: string;
  readonly turn_id: string;
  readonly message_id?: string;
};
