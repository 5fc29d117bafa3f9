import type { Choice } from "../choosing/use-choice.ts";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { shortcutText } from "../workspace/shortcut-text.ts";
import { composerId, focusOn, searchId } from "../workspace/use-shortcuts.ts";

/** Nothing has been said yet: one sentence, and the two most useful things to do. */
export function EmptyChat({ choice }: { choice: Choice }) {
  const everything = useWords();
  const words = everything.conversation;
  return (
    <div className="scroller">
      <div className="column empty">
        <h2>{words.emptyChat}</h2>
        {choice.trouble === undefined ? (
          <p className="empty-actions">
            <button type="button" className="text-button" onClick={() => focusOn(composerId)}>
              {words.writeMessage} <kbd>{shortcutText("write", everything)}</kbd>
            </button>
            <button type="button" className="text-button wide-only" onClick={() => focusOn(searchId)}>
              {words.searchThreads} <kbd>{shortcutText("search", everything)}</kbd>
            </button>
          </p>
        ) : (
          <Notice error={choice.trouble} mend={words.lookAgain} onMend={choice.lookAgain} />
        )}
      </div>
    </div>
  );
}
