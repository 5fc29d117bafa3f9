import type { Choice } from "../choosing/use-choice.ts";
import { Notice } from "../workspace/notice.tsx";
import { composerId, focusOn, searchId } from "../workspace/use-shortcuts.ts";

/** Nothing has been said yet: one sentence, and the two most useful things to do. */
export function EmptyChat({ choice }: { choice: Choice }) {
  return (
    <div className="scroller">
      <div className="column empty">
        <h2>What is on your mind?</h2>
        {choice.trouble === undefined ? (
          <p className="empty-actions">
            <button type="button" className="text-button" onClick={() => focusOn(composerId)}>
              Write a message <kbd>/</kbd>
            </button>
            <button type="button" className="text-button wide-only" onClick={() => focusOn(searchId)}>
              Search what was said <kbd>Ctrl K</kbd>
            </button>
          </p>
        ) : (
          <Notice error={choice.trouble} mend="Look again" onMend={choice.lookAgain} />
        )}
      </div>
    </div>
  );
}
