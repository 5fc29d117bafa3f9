import { Menu } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import type { Connection } from "../live/follow-events.ts";
import { useWords } from "../words/language.ts";
import { IconButton } from "./icon-button.tsx";
import { NewChatLink } from "./new-chat-link.tsx";
import { newChatHash } from "./route.ts";

type Props = {
  readonly title: string;
  /** Of the heading itself, beside what every one has. */
  readonly heading?: Pick<ComponentProps<"h1">, "id" | "ref" | "tabIndex">;
  readonly connection: Connection;
  readonly onOpenDrawer: () => void;
  /** What is said behind the title. */
  readonly children?: ReactNode;
};

/** Where the reader is and whether the server is there; where the list of threads is out of sight, the ways to it. */
export function HeaderLine({ title, heading, connection, onOpenDrawer, children }: Props) {
  const { choosing: words } = useWords();
  return (
    <div className="header-line">
      <IconButton name={words.threads} icon={Menu} className="narrow-only show-list" onClick={onOpenDrawer} />
      <div className="header-where">
        <h1 className="title" title={title} {...heading}>
          <bdi>{title}</bdi>
        </h1>
        {children}
        <span className="connection" role="status">
          {connection === "reconnecting" ? words.reconnecting : ""}
        </span>
      </div>
      <NewChatLink href={newChatHash} />
    </div>
  );
}
