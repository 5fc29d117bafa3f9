import { RotateCcw } from "lucide-react";
import { memo } from "react";
import { LazyMarkdown } from "../markdown/lazy-markdown.tsx";
import { IconButton } from "../workspace/icon-button.tsx";
import { Notice } from "../workspace/notice.tsx";
import { answerText } from "./answer-text.ts";
import { BranchSwitch } from "./branch-switch.tsx";
import type { AnswerItem } from "./conversation-items.ts";
import { CopyButton } from "./copy-button.tsx";
import { Thinking } from "./thinking.tsx";
import type { TurnActions } from "./use-turn-actions.ts";

type Props = { readonly item: AnswerItem; readonly busy: boolean; readonly actions: TurnActions };

/** One turn's answer: what was thought, done and said, in its order. */
export const Answer = memo(function Answer({ item, busy, actions }: Props) {
  const { segments, state, error, first, question, leftOut } = item;
  const running = state === "running";
  const again = question && (() => actions.answerAgain(question.id));
  const text = answerText(segments);
  return (
    <article className="message answer" aria-label="Answer" aria-busy={running}>
      <h2 className="unseen">Answer</h2>
      {leftOut > 0 && (
        <p className="aside">
          {leftOut === 1 ? "The oldest message was" : `The ${leftOut} oldest messages were`} left out: the
          thread is longer than the model's window.
        </p>
      )}
      {segments.map((segment, index) => {
        const next = segments[index + 1];
        const key = `${segment.role} ${index}`;
        if (segment.role === "thinking") {
          return <Thinking key={key} segment={segment} next={next} live={running && next === undefined} />;
        }
        if (segment.role === "tool") {
          return (
            <p key={key} className="tool-line">
              {segment.content}
            </p>
          );
        }
        return <LazyMarkdown key={key} text={segment.content} live={running && next === undefined} />;
      })}
      {running && segments.length === 0 && <p className="waiting" aria-hidden="true" />}
      {state === "interrupted" && <p className="aside">Stopped before the end.</p>}
      {state === "failed" && error !== undefined && (
        <Notice error={error} mend="Try again" {...(again && !busy ? { onMend: again } : {})} />
      )}
      {!running && segments.length > 0 && (
        <div className="actions">
          {first && <BranchSwitch entry={first} disabled={busy} onSwitch={actions.switchTo} />}
          {text !== "" && <CopyButton text={text} />}
          {again && <IconButton name="Answer again" icon={RotateCcw} disabled={busy} onClick={again} />}
          <span className="answer-model">{segments.findLast(({ model }) => model !== undefined)?.model}</span>
        </div>
      )}
    </article>
  );
});
