import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { getModels } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import { realModels } from "../choosing/model-groups.ts";
import { useWords } from "../words/language.ts";

type Props = {
  readonly id: string;
  /** The model that gave this answer. */
  readonly current: string | undefined;
  readonly onChoose: (model: string) => void;
  readonly onClose: () => void;
};

/** Who else could answer, in place; arrows lead through them, Esc leads back. */
export function OtherModels({ id, current, onChoose, onClose }: Props) {
  const { conversation: words } = useWords();
  const models = useQuery({
    queryKey: queryKeys.models,
    queryFn: getModels,
    select: realModels,
    staleTime: 60_000,
  });
  const menu = useRef<HTMLDivElement>(null);
  const others = (models.data ?? []).filter((model) => model.id !== current);
  const count = others.length;
  useEffect(() => {
    if (count > 0) menu.current?.querySelector("button")?.focus();
  }, [count]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      onClose();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const buttons = [...(menu.current?.querySelectorAll("button") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons.at((at + step) % buttons.length)?.focus();
  };

  if (models.isSuccess && count === 0) return <p className="aside">{words.noOtherModel}</p>;
  return (
    <div
      className="other-models"
      id={id}
      role="menu"
      tabIndex={-1}
      aria-label={words.answerAgainWith}
      ref={menu}
      onKeyDown={onKeyDown}
    >
      {others.map((model) => (
        <button
          key={model.id}
          type="button"
          role="menuitem"
          title={model.description}
          onClick={() => onChoose(model.id)}
        >
          <bdi>{model.id}</bdi>
          <bdi className="quiet">{model.provider}</bdi>
        </button>
      ))}
    </div>
  );
}
