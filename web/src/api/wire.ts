import type { Static, TSchema } from "typebox";
import type * as accountWire from "../../../src/http/skeleton/account-schemas.ts";
import type * as commandWire from "../../../src/http/skeleton/command-schemas.ts";
import type * as jobs from "../../../src/http/skeleton/job-schemas.ts";
import type * as keys from "../../../src/http/skeleton/key-schemas.ts";
import type * as messageWire from "../../../src/http/skeleton/message-schemas.ts";
import type * as modelWire from "../../../src/http/skeleton/model-schemas.ts";
import type * as roleWire from "../../../src/http/skeleton/role-schemas.ts";
import type * as wire from "../../../src/http/skeleton/schemas.ts";
import type * as threadWire from "../../../src/http/skeleton/thread-schemas.ts";
import type * as turnWire from "../../../src/http/skeleton/turn-schemas.ts";

/*
 * What the server answers, as it stands on the wire: the very schemas it answers by. Only their types are taken, so
 * that none of its code comes along. Times are ISO 8601, UTC.
 */

/** An answer as it was parsed; the page changes none. */
type Answer<Schema extends TSchema> = Frozen<Static<Schema>>;

type Frozen<Value> = Value extends object ? { readonly [Key in keyof Value]: Frozen<Value[Key]> } : Value;

/** The page asks for all details: fields that only a short answer leaves out are there. */
type Detailed<Row, Key extends keyof Row> = Omit<Row, Key> & { readonly [Given in Key]-?: Row[Given] };

export type Me = Answer<typeof accountWire.Me>;
export type SetupState = Answer<typeof accountWire.SetupState>;

export type ModelEntry = Answer<typeof modelWire.ModelRow>;
export type AbsentProvider = Answer<typeof modelWire.AbsentRow>;
export type PluginPage = Answer<typeof accountWire.PluginPageRow>;
export type Prompts = Answer<typeof modelWire.Prompts>;
/** A chat role. */
export type RoleEntry = Answer<typeof roleWire.RoleRow>;
export type RoleVersion = Answer<typeof roleWire.RoleVersionRow>;
export type ImportedRole = Answer<typeof roleWire.ImportedRoleRow>;

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
export type ThreadEntry = Detailed<Answer<typeof threadWire.ThreadRow>, ThreadFields>;
export type ThreadDetail = Detailed<Answer<typeof threadWire.ThreadDetails>, ThreadFields>;

/** An entry of the active branch; `siblings` are those that begin at the same place, this one among them. */
export type MessageEntry = Detailed<Answer<typeof messageWire.MessageRow>, "id" | "parent_id">;

export type SearchHit = Detailed<Answer<typeof threadWire.SearchRow>, "marks">;

/** A turn that has begun. */
export type StartedTurn = Answer<typeof turnWire.StartedTurn>;

/** A slash command that the server runs. */
export type CommandLine = Answer<typeof commandWire.CommandRow>;
export type CommandSuggestion = Answer<typeof commandWire.CommandSuggestionRow>;
export type CommandAnswer = Answer<typeof commandWire.CommandAnswerRow>;
export type CommandGiven = Answer<typeof commandWire.CommandGiven>;

/** News of the account, as a list. */
export type EventList = Answer<typeof accountWire.EventList>;
