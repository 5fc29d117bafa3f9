import { X } from "lucide-react";
import { commandNotes, type CommandNote as Note } from "../composer/command-notes.ts";
import { LazyMarkdown } from "../markdown/lazy-markdown.tsx";
import { useWords } from "../words/language.ts";
import { IconButton } from "../workspace/icon-button.tsx";
import { composerId, focusOn } from "../workspace/use-shortcuts.ts";
import { CopyButton } from "./copy-button.tsx";

/** What a command said, where it was given. Nobody else sees it, and it is no part of the thread. */
export function CommandNote({ note, place }: { readonly note: Note; readonly place: string }) {
  const { conversation: words } = useWords();
  const { id, command, text } = note;
  return (
    <div className="command-note" role="note" aria-label={words.commandSaid(command)}>
      <div className="command-note-body">
        <div className="command-note-head">
          <bdi className="command-note-name">{command}</bdi>
          <span className="quiet">{words.onlyHere}</span>
          <CopyButton text={text} />
          <IconButton
            name={words.putAway}
            icon={X}
            onClick={() => {
              commandNotes.remove(place, id);
              focusOn(composerId);
            }}
          />
        </div>
        <LazyMarkdown text={text} live={false} />
      </div>
    </div>
  );
}
