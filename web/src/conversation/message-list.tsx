import { Fragment } from "react";
import { statusOf } from "../api/api-error.ts";
import type { CommandNote as Note } from "../composer/command-notes.ts";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { QuietLines } from "../workspace/quiet-lines.tsx";
import { Answer } from "./answer.tsx";
import { MoreMessages } from "./more-messages.tsx";
import { ToEnd } from "./to-end.tsx";
import type { useConversation } from "./use-conversation.ts";
import { useJump } from "./use-jump.ts";
import { useNotes } from "./use-notes.tsx";
import { useReadingPlace } from "./use-reading-place.ts";
import type { TurnActions } from "./use-turn-actions.ts";
import { UserMessage } from "./user-message.tsx";

type Props = {
  readonly conversation: ReturnType<typeof useConversation>;
  /** What commands said here. */
  readonly notes: readonly Note[];
  /** The message to go to, where the address names one. */
  readonly messageId: string | undefined;
  /** What is on its way to the server. */
  readonly sending: string | undefined;
  readonly actions: TurnActions;
  /** Why the last action did not succeed. */
  readonly error: unknown;
};

/** How many answers at the end are drawn at once: more than a screen holds. */
const lateCount = 6;

export function MessageList({ conversation, notes, messageId, sending, actions, error }: Props) {
  const { common, conversation: words } = useWords();
  const { history, items, live, atEnd, loadLater, seek, sought, soughtError } = conversation;
  const { ref, distance, toEnd, goTo } = useReadingPlace(sending !== undefined, !atEnd);
  const { hasNextPage, isFetching, isFetchNextPageError, isFetchPreviousPageError, fetchNextPage } = history;
  const { switchTo } = actions;
  const missing = useJump({ messageId, items, seek, sought, soughtError, switchTo, scroller: ref, goTo });
  const last = atEnd ? items.at(-1) : undefined;
  const busy = live !== undefined;
  const below = useNotes({
    ...{ notes, place: actions.place, lastKey: items.at(-1)?.key, loading: history.isLoading },
    toEnd() {
      conversation.toEnd();
      toEnd();
    },
  });
  const isPageError = isFetchNextPageError || isFetchPreviousPageError;
  return (
    <>
      <div className="scroller" ref={ref}>
        <div className="messages" role="log" aria-label={words.conversation} aria-live="off">
          {hasNextPage && (
            <MoreMessages
              failed={isFetchNextPageError ? history.error : null}
              loading={isFetching}
              onLoad={() => void fetchNextPage()}
            />
          )}
          {history.isLoading && <QuietLines count={6} />}
          {history.isError && !isPageError && (
            <Notice error={history.error} mend={common.tryAgain} onMend={() => void history.refetch()} />
          )}
          {!hasNextPage && below(null)}
          {items.map((item, index) => (
            <Fragment key={item.key}>
              {item.kind === "user" ? (
                <UserMessage entry={item.entry} busy={busy} actions={actions} />
              ) : (
                <Answer
                  item={item}
                  live={item === last ? live : undefined}
                  busy={busy}
                  late={index >= items.length - lateCount}
                  last={item === last}
                  actions={actions}
                />
              )}
              {below(item.key)}
            </Fragment>
          ))}
          {loadLater && (
            <MoreMessages
              failed={isFetchPreviousPageError ? history.error : null}
              loading={isFetching}
              onLoad={() => void loadLater()}
            />
          )}
          {sending !== undefined && (
            <div className="message user">
              <div className="user-block pending" dir="auto">
                {sending}
              </div>
            </div>
          )}
          {missing && <Notice error={words.messageMissing} />}
          {soughtError !== null && statusOf(soughtError) !== 404 && (
            <Notice error={soughtError} mend={common.tryAgain} onMend={() => void conversation.seekAgain()} />
          )}
          {error !== null && !missing && <Notice error={error} />}
        </div>
      </div>
      <ToEnd
        distance={distance}
        lastKey={last?.key}
        live={busy}
        onReturn={() => {
          conversation.toEnd();
          toEnd();
        }}
      />
    </>
  );
}
