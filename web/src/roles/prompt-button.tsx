import { PickerButton } from "../choosing/picker-button.tsx";
import type { Choice } from "../choosing/use-choice.ts";
import { useWords } from "../words/language.ts";
import { nameOfPrompt } from "./prompt-groups.ts";

type Props = {
  readonly choice: Choice;
  readonly panelId: string;
  readonly open: boolean;
  readonly onToggle: () => void;
};

/** The role or prompt by which answers are given, and the way to another. */
export function PromptButton({ choice: { systemPrompt, roles, listed }, ...rest }: Props) {
  const { choosing, roles: words } = useWords();
  const name = systemPrompt === undefined ? "" : nameOfPrompt(systemPrompt, roles);
  return <PickerButton name={choosing.prompt} value={name ?? (listed ? words.gone : "")} {...rest} />;
}
