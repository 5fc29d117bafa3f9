import { type ReactNode, useEffect, useRef } from "react";
import { useDocumentTitle } from "../lib/use-document-title.ts";
import type { Connection } from "../live/follow-events.ts";
import { HeaderLine } from "../workspace/header-line.tsx";
import "./room.css";

export const roomTitleId = "room-title";

/** What every room is given by the page around it. */
export type RoomProps = {
  readonly connection: Connection;
  readonly onOpenDrawer: () => void;
};

type Props = RoomProps & { readonly title: string; readonly children: ReactNode };

/** Something that stands in the conversation's place, under the same header. Its title takes the focus. */
export function Room({ title, children, ...atHead }: Props) {
  const head = useRef<HTMLHeadingElement>(null);
  useDocumentTitle(title);
  useEffect(() => head.current?.focus({ preventScroll: true }), []);
  return (
    <main className="conversation room">
      <header className="header">
        <HeaderLine title={title} heading={{ id: roomTitleId, tabIndex: -1, ref: head }} {...atHead} />
      </header>
      <div className="scroller">{children}</div>
    </main>
  );
}
