import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";
import { SkeletonError } from "../../lib/errors.ts";
import { given } from "../../lib/given.ts";
import type { ModelSettings } from "../../protocols/model.ts";
import type { PlanMode } from "../../protocols/plan.ts";
import { GenerationSettings, PlanModeRow } from "./schemas.ts";

/*
 * A form has only texts, so what is more than a text comes as JSON. Each throws `bad_input`.
 */

/** How to generate in a new thread. */
export function readSettings(text: string, threadId: string | undefined): ModelSettings {
  if (threadId) {
    throw new SkeletonError("bad_input", "A thread that is there has settings of its own.", {
      hint: "Change them with POST /api/v1/threads/:thread_id.",
    });
  }
  const settings = parsed(GenerationSettings, text);
  if (settings !== undefined) return given(settings) as ModelSettings;
  throw new SkeletonError("bad_input", "These settings cannot be used.", {
    hint: 'Send JSON like {"temperature":0.7,"top_p":0.9,"max_tokens":1000,"reasoning_effort":"low"}.',
  });
}

/** How the answer is planned; `null`: not at all. */
export function readPlanMode(text: string): PlanMode | null {
  if (text.trim() === "null") return null;
  const planMode = parsed(PlanModeRow, text);
  if (planMode !== undefined) return given(planMode) as PlanMode;
  throw new SkeletonError("bad_input", "This plan mode cannot be used.", {
    hint: 'Send JSON like {"planner":"MODEL","answerer":"MODEL","review":true}, or null for no plan.',
  });
}

function parsed<Schema extends TSchema>(schema: Schema, text: string): Static<Schema> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return Value.Check(schema, value) ? value : undefined;
}
