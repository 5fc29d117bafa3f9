import { useState } from "react";
import type { ModelEntry, PlanMode } from "../api/wire.ts";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { ModelSelect } from "./model-select.tsx";
import type { PlanChoice } from "./use-plan-mode.ts";

export type PlanPanelProps = {
  readonly id: string;
  readonly plan: PlanChoice;
  readonly models: readonly ModelEntry[];
  /** Who would answer without a plan. */
  readonly model: string | undefined;
  readonly fresh: boolean;
  readonly onClose: () => void;
};

/** Which models plan and answer, in place. Once it is on, each change holds at once. */
export function PlanPanel({ id, plan, models, model, fresh, onClose }: PlanPanelProps) {
  const { choosing: words } = useWords();
  const [begun, setBegun] = useState<Partial<PlanMode>>({});
  const on = plan.mode !== undefined;
  const first = model ?? models[0]?.id ?? "";
  const mode: PlanMode = plan.mode ?? { planner: first, answerer: first, ...begun };
  const set = (change: Partial<PlanMode>) => {
    if (on) plan.change({ ...mode, ...change });
    else setBegun({ ...begun, ...change });
  };
  const turn = (next: PlanMode | undefined) => {
    plan.change(next);
    onClose();
  };
  return (
    <section className="panel settings-panel" id={id} aria-label={words.planMode}>
      <p className="quiet">
        {words.planModeHint} {fresh ? words.settingsOfNewChat : words.settingsOfThread}
      </p>
      <div className="settings plan-settings">
        <ModelSelect
          name={words.planner}
          models={models}
          value={mode.planner}
          onChange={(planner) => set({ planner })}
        />
        <ModelSelect
          name={words.answerer}
          models={models}
          value={mode.answerer}
          onChange={(answerer) => set({ answerer })}
        />
        <label className="plan-review">
          <input
            type="checkbox"
            checked={mode.review ?? false}
            onChange={({ target }) => set({ review: target.checked })}
          />
          <span>{words.review}</span>
        </label>
      </div>
      {plan.error !== null && <Notice error={plan.error} />}
      {on ? (
        <button type="button" className="text-button" onClick={() => turn(undefined)}>
          {words.planOff}
        </button>
      ) : (
        <button type="button" className="primary" disabled={first === ""} onClick={() => turn(mode)}>
          {words.planOn}
        </button>
      )}
    </section>
  );
}
