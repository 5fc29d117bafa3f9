import { Menu } from "lucide-react";
import { Pickers } from "../choosing/pickers.tsx";
import type { Choice } from "../choosing/use-choice.ts";
import type { Connection } from "../live/follow-events.ts";
import { IconButton } from "./icon-button.tsx";
import { NewChatLink } from "./new-chat-link.tsx";
import { newChatHash } from "./route.ts";

type Props = {
  readonly title: string;
  readonly choice: Choice;
  readonly connection: Connection;
  readonly onOpenDrawer: () => void;
};

export function Header({ title, choice, connection, onOpenDrawer }: Props) {
  return (
    <header className="header">
      <div className="header-line">
        <IconButton name="Threads" icon={Menu} className="narrow-only" onClick={onOpenDrawer} />
        <h1 className="title" title={title}>
          {title}
        </h1>
        <span className="connection" role="status">
          {connection === "reconnecting" ? "Reconnecting" : ""}
        </span>
        <NewChatLink href={newChatHash} />
      </div>
      <Pickers choice={choice} />
    </header>
  );
}
