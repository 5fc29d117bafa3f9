import { Menu } from "lucide-react";
import { Choosing } from "../choosing/choosing.tsx";
import type { Choice } from "../choosing/use-choice.ts";
import type { Connection } from "../live/follow-events.ts";
import { useWords } from "../words/language.ts";
import { IconButton } from "./icon-button.tsx";
import { NewChatLink } from "./new-chat-link.tsx";
import { newChatHash } from "./route.ts";

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
        <div className="header-line">
          <IconButton
            name={words.threads}
            icon={Menu}
            className="narrow-only show-list"
            onClick={onOpenDrawer}
          />
          <div className="header-where">
            <h1 className="title" title={title}>
              <bdi>{title}</bdi>
            </h1>
            {archived && <span className="thread-state">{words.archived}</span>}
            <span className="connection" role="status">
              {connection === "reconnecting" ? words.reconnecting : ""}
            </span>
          </div>
          <NewChatLink href={newChatHash} />
        </div>
      </Choosing>
    </header>
  );
}
