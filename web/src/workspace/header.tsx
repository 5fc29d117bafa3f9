import { Choosing } from "../choosing/choosing.tsx";
import type { Choice } from "../choosing/use-choice.ts";
import type { Connection } from "../live/follow-events.ts";
import { useWords } from "../words/language.ts";
import { HeaderLine } from "./header-line.tsx";

type Props = {
  readonly title: string;
  /** A chat that has not begun. */
  readonly fresh: boolean;
  readonly archived: boolean;
  readonly choice: Choice;
  readonly connection: Connection;
  readonly onOpenDrawer: () => void;
};

/** The one place that says where the reader is, who answers, how, and what is the matter. */
export function Header({ title, fresh, archived, choice, connection, onOpenDrawer }: Props) {
  const { choosing: words } = useWords();
  return (
    <header className="header">
      <Choosing choice={choice} fresh={fresh}>
        <HeaderLine title={title} connection={connection} onOpenDrawer={onOpenDrawer}>
          {archived && <span className="thread-state">{words.archived}</span>}
        </HeaderLine>
      </Choosing>
    </header>
  );
}
