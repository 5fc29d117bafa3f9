import { Notice } from "../workspace/notice.tsx";
import { QuietLines } from "../workspace/quiet-lines.tsx";
import { Answer } from "./answer.tsx";
import type { useConversation } from "./use-conversation.ts";
import { usePinnedScroll } from "./use-pinned-scroll.ts";
import type { TurnActions } from "./use-turn-actions.ts";
import { UserMessage } from "./user-message.tsx";

type Props = {
  readonly conversation: ReturnType<typeof useConversation>;
  /** What is on its way to the server. */
  readonly sending: string | undefined;
  readonly actions: TurnActions;
  /** Why the last action did not succeed. */
  readonly error: unknown;
};

export function MessageList({ conversation, sending, actions, error }: Props) {
  const { history, items, live } = conversation;
  const { ref, hold } = usePinnedScroll(sending !== undefined);
  return (
    <div className="scroller" ref={ref}>
      <div className="column messages" role="log" aria-label="Conversation" aria-live="off">
        {history.hasNextPage && (
          <button
            type="button"
            className="text-button earlier"
            disabled={history.isFetching}
            // The page is there, and not yet drawn.
            onClick={() => void history.fetchNextPage().then(hold)}
          >
            Show earlier messages
          </button>
        )}
        {history.isLoading && <QuietLines count={6} />}
        {history.isError && (
          <Notice error={history.error} mend="Try again" onMend={() => void history.refetch()} />
        )}
        {items.map((item) =>
          item.kind === "user" ? (
            <UserMessage key={item.key} entry={item.entry} busy={live !== undefined} actions={actions} />
          ) : (
            <Answer key={item.key} item={item} busy={live !== undefined} actions={actions} />
          ),
        )}
        {sending !== undefined && <div className="user-block pending">{sending}</div>}
        {error !== null && <Notice error={error} />}
      </div>
    </div>
  );
}
