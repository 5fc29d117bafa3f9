import { sentenceOf } from "../api/api-error.ts";

/** What went wrong, in place, in a sentence, with the button that mends it. */
export function Notice(props: { error: unknown; mend?: string; onMend?: () => void }) {
  const { error, mend, onMend } = props;
  return (
    <div className="notice" role="alert">
      <span>{typeof error === "string" ? error : sentenceOf(error)}</span>
      {onMend && (
        <button type="button" className="text-button" onClick={onMend}>
          {mend}
        </button>
      )}
    </div>
  );
}
