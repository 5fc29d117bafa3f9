import { Pencil } from "lucide-react";
import { memo, useState } from "react";
import type { MessageEntry } from "../api/wire.ts";
import { IconButton } from "../workspace/icon-button.tsx";
import { BranchSwitch } from "./branch-switch.tsx";
import { CopyButton } from "./copy-button.tsx";
import { EditMessage } from "./edit-message.tsx";
import type { TurnActions } from "./use-turn-actions.ts";

type Props = { readonly entry: MessageEntry; readonly busy: boolean; readonly actions: TurnActions };

export const UserMessage = memo(function UserMessage({ entry, busy, actions }: Props) {
  const [editing, setEditing] = useState(false);
  if (editing) {
    return (
      <EditMessage
        content={entry.content}
        onCancel={() => setEditing(false)}
        onKeep={(content, onSettled) =>
          actions.keepEdit(
            { messageId: entry.id, content },
            { onSuccess: () => setEditing(false), onSettled },
          )
        }
      />
    );
  }
  return (
    <article className="message user" aria-label="You">
      <h2 className="unseen">You</h2>
      <div className="user-block" dir="auto">
        {entry.content}
      </div>
      <div className="actions">
        <BranchSwitch entry={entry} disabled={busy} onSwitch={actions.switchTo} />
        <CopyButton text={entry.content} />
        <IconButton name="Edit" icon={Pencil} disabled={busy} onClick={() => setEditing(true)} />
      </div>
    </article>
  );
});
