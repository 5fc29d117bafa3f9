import { Menu } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { useDocumentTitle } from "../lib/use-document-title.ts";
import type { Connection } from "../live/follow-events.ts";
import { useWords } from "../words/language.ts";
import { IconButton } from "../workspace/icon-button.tsx";
import { NewChatLink } from "../workspace/new-chat-link.tsx";
import { newChatHash } from "../workspace/route.ts";
import "./room.css";

export const roomTitleId = "room-title";

/** What every room is given by the page around it. */
export type RoomProps = {
  readonly connection: Connection;
  readonly onOpenDrawer: () => void;
};

type Props = RoomProps & { readonly title: string; readonly children: ReactNode };

/** Something that stands in the conversation's place, under the same header. Its title takes the focus. */
export function Room({ title, connection, onOpenDrawer, children }: Props) {
  const { choosing: words } = useWords();
  const head = useRef<HTMLHeadingElement>(null);
  useDocumentTitle(title);
  useEffect(() => head.current?.focus({ preventScroll: true }), []);
  return (
    <main className="conversation room">
      <header className="header">
        <div className="header-line room-line">
          <IconButton
            name={words.threads}
            icon={Menu}
            className="narrow-only show-list"
            onClick={onOpenDrawer}
          />
          <div className="header-where">
            <h1 className="title" id={roomTitleId} title={title} tabIndex={-1} ref={head}>
              <bdi>{title}</bdi>
            </h1>
            <span className="connection" role="status">
              {connection === "reconnecting" ? words.reconnecting : ""}
            </span>
          </div>
          <NewChatLink href={newChatHash} />
        </div>
      </header>
      <div className="scroller">{children}</div>
    </main>
  );
}
