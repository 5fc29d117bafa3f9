import { useState } from "react";
import type { RoleEntry } from "../api/wire.ts";
import { firstOffered } from "../choosing/model-groups.ts";
import { PickerPanel } from "../choosing/picker-panel.tsx";
import { type Choice, defaultPrompt } from "../choosing/use-choice.ts";
import { isComposing } from "../lib/is-composing.ts";
import { useWords } from "../words/language.ts";
import { nameOfPrompt, promptGroups } from "./prompt-groups.ts";
import { RoleEditor } from "./role-editor.tsx";
import { RoleImport } from "./role-import.tsx";
import { RoleList } from "./role-list.tsx";
import { isBegun, useRolePlaces } from "./role-places.ts";
import type { Undo } from "./use-undo.ts";

type View =
  | { readonly at: "choose" | "list" | "import" }
  /** Without a role: a new one. */
  | { readonly at: "edit"; readonly role?: RoleEntry; readonly from: "choose" | "list" };

type Props = {
  readonly id: string;
  readonly choice: Choice;
  readonly undo: Undo;
  readonly onClose: () => void;
};

/** Roles and prompts to choose from; and in the same place what is done with roles. */
export function PromptPanel({ id, choice, undo, onClose }: Props) {
  const { choosing, roles: words } = useWords();
  const places = useRolePlaces();
  const [view, setView] = useState<View>({ at: "choose" });
  const { prompts, roles, systemPrompt, listed } = choice;

  if (view.at !== "choose") {
    const back = () =>
      setView({ at: view.at === "edit" ? view.from : view.at === "import" ? "list" : "choose" });
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: Esc leads back, wherever within it the focus is
      <div
        className="panel role-panel"
        id={id}
        data-stays
        onKeyDown={(event) => {
          if (event.key !== "Escape" || isComposing(event.nativeEvent)) return;
          event.stopPropagation(); // the panel stays open
          back();
        }}
      >
        {view.at === "edit" && <RoleEditor role={view.role} roles={roles} onDone={back} />}
        {view.at === "import" && <RoleImport onDone={back} />}
        {view.at === "list" && (
          <RoleList
            roles={roles}
            undo={undo}
            onBack={back}
            onEdit={(role) => setView({ at: "edit", from: "list", ...(role && { role }) })}
            onImport={() => setView({ at: "import" })}
          />
        )}
      </div>
    );
  }

  const chosen = roles.find(({ key }) => key === systemPrompt);
  const gone = listed && systemPrompt !== undefined && nameOfPrompt(systemPrompt, roles) === undefined;
  const groups = promptGroups(prompts, roles, words);
  const cleared = firstOffered(Object.keys(prompts), [defaultPrompt]) ?? defaultPrompt;
  return (
    <PickerPanel
      id={id}
      name={choosing.prompt}
      groups={groups.map((group) => ({
        ...group,
        items: group.items.map((item) =>
          item.value === systemPrompt && item.value !== cleared
            ? { ...item, title: [item.title, words.againClears].filter(Boolean).join("\n\n") }
            : item,
        ),
      }))}
      chosen={systemPrompt}
      onChoose={(next) => {
        choice.choose({ systemPrompt: next === systemPrompt ? cleared : next });
        onClose();
      }}
    >
      {gone && <p className="quiet">{words.goneHint}</p>}
      <div className="role-actions">
        <button type="button" className="text-button" onClick={() => setView({ at: "edit", from: "choose" })}>
          {isBegun(places, undefined) ? words.goOnWithNew : words.make}
        </button>
        {chosen && (!chosen.shared || places.isAdmin) && (
          <button
            type="button"
            className="text-button"
            onClick={() => setView({ at: "edit", from: "choose", role: chosen })}
          >
            {words.editOf(chosen.name)}
          </button>
        )}
        <button type="button" className="text-button" onClick={() => setView({ at: "list" })}>
          {words.manage}
        </button>
      </div>
    </PickerPanel>
  );
}
