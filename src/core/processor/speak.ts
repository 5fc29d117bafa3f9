import type { ModelEvent } from "../../protocols/model.ts";
import type { Hearing } from "./hearing.ts";
import type { Hooks } from "./hooks.ts";
import type { PlanProgress } from "./plan-progress.ts";
import { splitBatches } from "./split-batches.ts";
import type { Talk } from "./talk.ts";
import type { Step, Steps } from "./tell-steps.ts";
import { turnEvents } from "./turn-events.ts";

type Batch = readonly ModelEvent[];

/** What the model said, and what filters made of it: one and the same where there are none. */
export type Heard = { readonly heard: Hearing; readonly shown: Hearing };

export type Speaking = {
  readonly hooks: Hooks;
  readonly model: string;
  readonly batches: AsyncIterable<Batch>;
  /** How it is told; default as the answer. */
  readonly tell?: typeof turnEvents;
  /** The plan that is carried out: the model marks its steps. */
  readonly progress?: PlanProgress;
};

/** Lets the model speak once, through the filters to the reader. */
export async function* speak(talk: Talk, speaking: Speaking, { heard, shown }: Heard): Steps {
  const { hooks, model, batches, tell = turnEvents, progress } = speaking;
  const { filterStream } = hooks;
  const show = (batch: Batch) => {
    shown.hear(batch);
    return tell(batch, model, talk.timestamp());
  };
  if (filterStream === undefined && progress === undefined) {
    yield { batches, translate: show } satisfies Step;
    return;
  }
  const pieces = progress === undefined ? batches : splitBatches(batches, progress.steps);
  for await (const piece of pieces) {
    if (typeof piece === "number") yield progress?.reach(piece) ?? [];
    else if (filterStream === undefined) yield show(piece);
    else {
      heard.hear(piece);
      yield show(yield* filterStream(piece));
    }
  }
}
