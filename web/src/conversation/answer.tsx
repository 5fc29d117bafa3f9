import { memo, useMemo } from "react";
import { isShallowEqual } from "../lib/is-shallow-equal.ts";
import { type LiveTurn, useTurnView } from "../live/use-live-turn.ts";
import { LazyMarkdown } from "../markdown/lazy-markdown.tsx";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { AnswerActions } from "./answer-actions.tsx";
import { isSamePart, type Part } from "./answer-parts.ts";
import { type AnswerItem, answering } from "./conversation-items.ts";
import { FileLine } from "./file-line.tsx";
import { LazyPlan } from "./lazy-plan.tsx";
import { Thinking } from "./thinking.tsx";
import { ToolCall } from "./tool-call.tsx";
import { useNear } from "./use-near.ts";
import type { TurnActions } from "./use-turn-actions.ts";

type Props = {
  readonly item: AnswerItem;
  /** The turn that still adds to it. */
  readonly live: LiveTurn | undefined;
  readonly busy: boolean;
  /** It stands among the last, where a reader begins. */
  readonly late: boolean;
  /** It is the end of the thread. */
  readonly last: boolean;
  readonly actions: TurnActions;
};

/** One answer: what was thought, done and said, in its order. While it comes, nothing but this is drawn anew. */
export const Answer = memo(function Answer({ item: known, live, busy, late, last, actions }: Props) {
  const view = useTurnView(live);
  const item = useMemo(() => (view === undefined ? known : answering(known, view)), [known, view]);
  const { common, conversation: words, errors } = useWords();
  const { parts, state, error, errorCode, question, progress, leftOut, cutBy, entries } = item;
  const running = state === "running";
  const { ref, near } = useNear<HTMLElement>(late || running);
  const end = entries.at(-1);
  const again =
    busy || question === undefined ? undefined : () => actions.answerAgain({ messageId: question.id });
  const said = parts.some((part) => part.kind === "text");
  const goOn = busy || !last || !said || !end?.interrupted ? undefined : () => actions.continueAnswer(end.id);
  return (
    <article
      className="message answer"
      aria-label={words.answer}
      aria-busy={running}
      data-message={item.key}
      tabIndex={-1}
      ref={ref}
    >
      <h2 className="unseen">{words.answer}</h2>
      {leftOut > 0 && <p className="aside">{words.leftOut(leftOut)}</p>}
      {parts.map((part, index) => (
        <AnswerPart
          // biome-ignore lint/suspicious/noArrayIndexKey: parts come one after the other and never change places
          key={`${part.kind} ${index}`}
          part={part}
          live={running && index === parts.length - 1}
          turnId={running ? live?.turnId : undefined}
          running={running}
          near={near}
        />
      ))}
      {running && progress !== undefined && <Loading model={progress.model} done={progress.done} />}
      {running && parts.length === 0 && <p className="waiting" aria-hidden="true" />}
      {(state === "interrupted" || (state === "done" && parts.length === 0)) && (
        <p className="aside ending">
          {state === "done"
            ? words.saidNothing
            : cutBy === "server"
              ? parts.length === 0
                ? words.serverSilent
                : words.serverStopped
              : cutBy === "crashes"
                ? words.crashedOften
                : words.stopped}
          {goOn && <Mend name={words.goOn} onMend={goOn} />}
          {!goOn && again && last && <Mend name={common.tryAgain} onMend={again} />}
        </p>
      )}
      {state === "failed" && (
        <div className="ending">
          <Notice
            error={error === undefined ? words.failed : errors.tell(errorCode, error)}
            mend={common.tryAgain}
            {...(again && last ? { onMend: again } : {})}
          />
          {goOn && <Mend name={words.goOn} onMend={goOn} />}
        </div>
      )}
      {!running && parts.length > 0 && (
        <AnswerActions item={item} article={ref} busy={busy} actions={actions} />
      )}
    </article>
  );
});

/** A bar to those who hear it: a line that changes every second would be read out every second. */
function Loading({ model, done }: { readonly model: string; readonly done: number }) {
  const percent = Math.floor(done * 100);
  const line = useWords().conversation.loading(model, percent);
  return (
    <p className="aside" role="progressbar" aria-valuenow={percent} aria-label={line}>
      {line}
    </p>
  );
}

type PartProps = {
  readonly part: Part;
  readonly live: boolean;
  /** The turn that it belongs to, as long as that runs. */
  readonly turnId: string | undefined;
  readonly running: boolean;
  readonly near: boolean;
};

/** Parts are made anew with every frame; what was said before the last one is not drawn again. */
const AnswerPart = memo(function AnswerPart({ part, live, turnId, running, near }: PartProps) {
  switch (part.kind) {
    case "thinking":
      return <Thinking part={part} live={live} />;
    case "plan":
      return <LazyPlan part={part} live={live} turnId={turnId} />;
    case "call":
      return <ToolCall part={part} live={running} turnId={turnId} />;
    case "file":
      return <FileLine name={part.name} mediaType={part.mediaType} />;
    case "line":
      return (
        <p className="tool-line" dir="auto">
          {part.content}
        </p>
      );
    case "text":
      if (near) return <LazyMarkdown text={part.content} live={live} />;
      // Far from what is seen it is text that can be found, and costs next to nothing.
      return (
        <div className="markdown plain" dir="auto">
          {part.content}
        </div>
      );
  }
}, isSameProps);

function isSameProps({ part, ...one }: PartProps, { part: otherPart, ...other }: PartProps): boolean {
  return isShallowEqual(one, other) && isSamePart(part, otherPart);
}

const Mend = ({ name, onMend }: { readonly name: string; readonly onMend: () => void }) => (
  <button type="button" className="text-button" onClick={onMend}>
    {name}
  </button>
);
