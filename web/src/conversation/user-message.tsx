import { Link, Pencil } from "lucide-react";
import { memo, useState } from "react";
import type { MessageEntry } from "../api/wire.ts";
import { drafts } from "../composer/drafts.ts";
import { useWords } from "../words/language.ts";
import { IconButton } from "../workspace/icon-button.tsx";
import { lazyPart } from "../workspace/lazy-part.tsx";
import { messageHash } from "../workspace/route.ts";
import { BranchSwitch } from "./branch-switch.tsx";
import { CopyButton } from "./copy-button.tsx";
import { hereAt } from "./here-at.ts";
import type { TurnActions } from "./use-turn-actions.ts";

const EditMessage = lazyPart(async () => (await import("./edit-message.tsx")).EditMessage);

type Props = { readonly entry: MessageEntry; readonly busy: boolean; readonly actions: TurnActions };

export const UserMessage = memo(function UserMessage({ entry, busy, actions }: Props) {
  const { conversation: words } = useWords();
  const place = `${actions.place}:edit:${entry.id}`;
  const [editing, setEditing] = useState(() => drafts.read(place).text !== ""); // it was left unfinished
  const leave = () => {
    drafts.write(place, { text: "" });
    setEditing(false);
  };
  if (editing) {
    return (
      <EditMessage
        content={entry.content}
        place={place}
        onCancel={leave}
        onKeep={(content, onSettled) =>
          actions.keepEdit({ messageId: entry.id, content }, { onSuccess: leave, onSettled })
        }
      />
    );
  }
  return (
    <article className="message user" aria-label={words.you} data-message={entry.id} tabIndex={-1}>
      <h2 className="unseen">{words.you}</h2>
      <div className="user-block" dir="auto">
        {entry.content}
      </div>
      <div className="actions">
        <BranchSwitch entry={entry} disabled={busy} onSwitch={actions.switchTo} />
        <CopyButton text={entry.content} />
        <IconButton name={words.edit} icon={Pencil} disabled={busy} onClick={() => setEditing(true)} />
        <CopyButton
          name={words.copyLink}
          icon={Link}
          text={() => hereAt(messageHash(actions.threadId, entry.id))}
        />
      </div>
    </article>
  );
});
