import { Notice } from "../workspace/notice.tsx";
import type { Archiving } from "./use-archiving.ts";

export function ArchivedLine({ archiving }: { archiving: Archiving }) {
  const { gone, error, undo } = archiving;
  return (
    <div className="archived-line" role="status">
      {gone && (
        <>
          <span className="archived-title">Archived “{gone.title}”</span>
          <button type="button" className="text-button" onClick={undo}>
            Undo
          </button>
        </>
      )}
      {error !== null && <Notice error={error} />}
    </div>
  );
}
