import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import type { ThreadActions } from "./use-thread-actions.ts";

/** What just happened to a thread, and the way back. */
export function StatusLine({ actions: { gone, undo, error, retry } }: { actions: ThreadActions }) {
  const words = useWords();
  return (
    <div className="status-line" role="status">
      {gone && (
        <>
          <span className="status-title">{words.threads.archivedNow(gone.title)}</span>
          <button type="button" className="text-button" onClick={undo}>
            {words.common.undo}
          </button>
        </>
      )}
      {error !== null && <Notice error={error} mend={words.common.tryAgain} onMend={retry} />}
    </div>
  );
}
