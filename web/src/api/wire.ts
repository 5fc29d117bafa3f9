import type { Static, TSchema } from "typebox";
import type * as jobs from "../../../src/http/skeleton/job-schemas.ts";
import type * as keys from "../../../src/http/skeleton/key-schemas.ts";
import type * as wire from "../../../src/http/skeleton/schemas.ts";

/*
 * What the server answers, as it stands on the wire: the very schemas it answers by. Only their types are taken, so
 * that none of its code comes along. Times are ISO 8601, UTC.
 */

/** An answer as it was parsed; the page changes none. */
type Answer<Schema extends TSchema> = Frozen<Static<Schema>>;

type Frozen<Value> = Value extends object ? { readonly [Key in keyof Value]: Frozen<Value[Key]> } : Value;

/** The page asks for all details: fields that only a short answer leaves out are there. */
type Detailed<Row, Key extends keyof Row> = Omit<Row, Key> & { readonly [Given in Key]-?: Row[Given] };

export type Me = Answer<typeof wire.Me>;
export type SetupState = Answer<typeof wire.SetupState>;

export type ModelEntry = Answer<typeof wire.ModelRow>;
export type AbsentProvider = Answer<typeof wire.AbsentRow>;
export type PluginPage = Answer<typeof wire.PluginPageRow>;
export type Prompts = Answer<typeof wire.Prompts>;
/** A chat role. */
export type RoleEntry = Answer<typeof wire.RoleRow>;
export type ImportedRole = Answer<typeof wire.ImportedRoleRow>;

/** An API key; what is made, and what it is made of. */
export type KeyEntry = Answer<typeof keys.KeyRow>;
export type MadeKey = Answer<typeof keys.MadeKey>;
export type NewKey = Answer<typeof keys.NewKey>;

/** A turn that nobody need watch, and what one is made of. */
export type JobEntry = Answer<typeof jobs.JobRow>;
export type JobState = JobEntry["state"];
export type JobPage = Answer<typeof jobs.JobList>;
export type JobGiven = Answer<typeof jobs.JobGiven>;
export type JobStats = Answer<typeof jobs.JobStatsRow>;

/** How to generate; what is left out is the model's own default. */
export type GenerationSettings = Answer<typeof wire.GenerationSettings>;

/** How a thread's answers are planned. */
export type PlanMode = Answer<typeof wire.PlanModeRow>;

type ThreadFields = "updated" | "archived" | "pinned" | "settings" | "plan_mode" | "running_turn";
export type ThreadEntry = Detailed<Answer<typeof wire.ThreadRow>, ThreadFields>;
export type ThreadDetail = Detailed<Answer<typeof wire.ThreadDetails>, ThreadFields>;

/** An entry of the active branch; `siblings` are those that begin at the same place, this one among them. */
export type MessageEntry = Detailed<Answer<typeof wire.MessageRow>, "id" | "parent_id">;

export type SearchHit = Detailed<Answer<typeof wire.SearchRow>, "marks">;

/** A turn that has begun. */
export type StartedTurn = Answer<typeof wire.StartedTurn>;

/** A slash command that the server runs. */
export type CommandLine = Answer<typeof wire.CommandRow>;
export type CommandSuggestion = Answer<typeof wire.CommandSuggestionRow>;
export type CommandAnswer = Answer<typeof wire.CommandAnswerRow>;
export type CommandGiven = Answer<typeof wire.CommandGiven>;

/** News of the account, as a list. */
export type EventList = Answer<typeof wire.EventList>;
