import { ListChecks } from "lucide-react";
import type { PlanMode } from "../api/wire.ts";
import { useWords } from "../words/language.ts";

type Props = {
  readonly mode: PlanMode | undefined;
  readonly open: boolean;
  readonly onToggle: () => void;
};

/** Who plans and who answers, and the way to change it; without a plan the way to one. */
export function PlanButton({ mode, open, onToggle }: Props) {
  const { choosing: words } = useWords();
  const name = mode === undefined ? words.planMode : `${words.planMode}: ${mode.planner} → ${mode.answerer}`;
  return (
    <button
      type="button"
      className="picker"
      aria-label={name}
      title={name}
      aria-expanded={open}
      onClick={onToggle}
    >
      <ListChecks size={16} strokeWidth={1.5} aria-hidden="true" />
      {mode && (
        <span className="plan-mode">
          <bdi>{mode.planner}</bdi> <span className="plan-arrow">→</span> <bdi>{mode.answerer}</bdi>
        </span>
      )}
    </button>
  );
}
