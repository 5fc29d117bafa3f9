import { SlidersHorizontal } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import type { AbsentProvider } from "../api/wire.ts";
import { PromptButton } from "../roles/prompt-button.tsx";
import { useUndo } from "../roles/use-undo.ts";
import { useWords } from "../words/language.ts";
import { lazyPart } from "../workspace/lazy-part.tsx";
import { Notice } from "../workspace/notice.tsx";
import { LookAgainButton } from "./look-again-button.tsx";
import { modelGroups } from "./model-groups.ts";
import { NoModel } from "./no-model.tsx";
import { PickerButton } from "./picker-button.tsx";
import { PickerPanel } from "./picker-panel.tsx";
import { PlanButton } from "./plan-button.tsx";
import type { Choice } from "./use-choice.ts";

// What is opened seldom is loaded when it is.
const PlanPanel = lazyPart(async () => (await import("./plan-panel.tsx")).PlanPanel);
const PromptPanel = lazyPart(async () => (await import("../roles/prompt-panel.tsx")).PromptPanel);
const SettingsPanel = lazyPart(async () => (await import("./settings-panel.tsx")).SettingsPanel);

type What = "model" | "prompt" | "plan" | "settings";

type Props = {
  readonly choice: Choice;
  /** A chat that has not begun. */
  readonly fresh: boolean;
  /** What stands in the row before it. */
  readonly children: ReactNode;
};

/** Plan mode, model, prompt and settings in a row; what is opened stands below it and takes its room from the conversation. */
export function Choosing({ choice, fresh, children }: Props) {
  const { choosing: words } = useWords();
  const [open, setOpen] = useState<What>();
  const undo = useUndo();
  const id = useId();
  const whole = useRef<HTMLDivElement>(null);
  const { models, absent, model, choose, generation, plan } = choice;
  const changed = Object.keys(generation.settings).length;
  const toggle = (what: What) => () => setOpen(open === what ? undefined : what);
  const buttonOf = (what: What | undefined) =>
    whole.current?.querySelector<HTMLElement>(`[data-opens="${what}"] button`);
  const close = () => {
    buttonOf(open)?.focus();
    setOpen(undefined);
  };

  // A list is left by looking elsewhere; settings stay, for whoever tries them out, and so does what is being written.
  const isList = open === "model" || open === "prompt";
  useEffect(() => {
    if (!isList) return;
    const leave = ({ target }: Event) => {
      if (!(target instanceof Node) || whole.current?.contains(target)) return;
      if (whole.current?.querySelector("[data-stays]") === null) setOpen(undefined);
    };
    addEventListener("pointerdown", leave);
    addEventListener("focusin", leave);
    return () => {
      removeEventListener("pointerdown", leave);
      removeEventListener("focusin", leave);
    };
  }, [isList]);

  const missing = model !== undefined && models.length > 0 && !models.some((entry) => entry.id === model);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc shuts what is open, wherever within it the focus is
    <div
      className="choosing"
      ref={whole}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || open === undefined) return;
        event.stopPropagation(); // it does not stop the answer
        close();
      }}
    >
      <div className="choosing-row">
        {children}
        <div className="pickers">
          <span data-opens="plan" data-on={plan.mode !== undefined}>
            <PlanButton mode={plan.mode} open={open === "plan"} onToggle={toggle("plan")} />
          </span>
          {plan.mode === undefined && (
            <span data-opens="model">
              <PickerButton
                name={words.model}
                value={model ?? (choice.isLoading ? "…" : words.noModel)}
                panelId={id}
                open={open === "model"}
                onToggle={toggle("model")}
                warning={missing ? words.modelMissing : undefined}
              />
            </span>
          )}
          <span data-opens="prompt">
            <PromptButton choice={choice} panelId={id} open={open === "prompt"} onToggle={toggle("prompt")} />
          </span>
          <span data-opens="settings">
            <button
              type="button"
              className="picker"
              aria-label={words.settingsChanged(changed)}
              title={words.settingsChanged(changed)}
              aria-expanded={open === "settings"}
              onClick={toggle("settings")}
            >
              <SlidersHorizontal size={16} strokeWidth={1.5} aria-hidden="true" />
              {changed > 0 && <span className="settings-count">{changed}</span>}
            </button>
          </span>
        </div>
      </div>
      {choice.error !== null && (
        <div className="panel">
          <Notice error={choice.error} />
        </div>
      )}
      {open === "model" && (
        <PickerPanel
          id={id}
          name={words.model}
          groups={modelGroups(models, choice.lastModels, absent, {
            lastUsed: words.lastUsed,
            absent: ({ reason }: AbsentProvider) => words.absent[reason] ?? words.absentSomehow,
          })}
          chosen={model}
          onChoose={(next) => {
            choose({ model: next });
            close();
          }}
        >
          {choice.noModel === undefined ? (
            <LookAgainButton look={choice.look} />
          ) : (
            <NoModel why={choice.noModel} look={choice.look} />
          )}
        </PickerPanel>
      )}
      {open === "prompt" && <PromptPanel id={id} choice={choice} undo={undo} onClose={close} />}
      {open === "plan" && <PlanPanel {...{ id, plan, models, model, fresh }} onClose={close} />}
      {open === "settings" && <SettingsPanel id={id} generation={generation} fresh={fresh} />}
    </div>
  );
}
