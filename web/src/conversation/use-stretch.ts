import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { entriesIn, joined, type MessagePages } from "../api/message-pages.ts";
import { queryKeys } from "../api/query-keys.ts";
import { type History, useAround, useNewest } from "./use-history.ts";

/** A message to go to that was not loaded, and what is shown until it is there. */
type Anchor = { readonly messageId: string; readonly from: "nothing" | "end" | "around" };

/**
 * Which part of a thread is shown: its end, or what stands around a message that was gone to. The end is loaded in any
 * case. Once the two meet they are one, and what is shown is the end again, with all that was read on the way.
 * @param sending leads to the end.
 */
export function useStretch(threadId: string | null, messageId: string | undefined, sending: boolean) {
  const client = useQueryClient();
  const [anchor, setAnchor] = useState<Anchor | undefined>(() => {
    if (threadId === null || messageId === undefined) return undefined;
    const known = client.getQueryData<MessagePages>(queryKeys.newestMessages(threadId));
    const isThere = entriesIn(known).some(({ id }) => id === messageId);
    return isThere ? undefined : { messageId, from: "nothing" };
  });
  if (sending && anchor !== undefined) setAnchor(undefined);
  const newest = useNewest(threadId);
  const around = useAround(threadId, anchor?.messageId);

  const isThere = anchor !== undefined && around.data !== undefined && !around.isPlaceholderData;
  const failed = around.isLoadingError || around.isRefetchError; // rather than a page above or below
  const waits = anchor !== undefined && anchor.from !== "end" && around.isFetching;
  const shown = (isThere && !failed) || waits;

  const loading = around.isFetching || newest.isFetching;
  const there = isThere ? around.data : undefined;
  const end = newest.data;
  useEffect(() => {
    if (threadId === null || loading || there === undefined || end === undefined) return;
    const whole = meeting(there, end);
    if (whole === undefined) return;
    client.setQueryData(queryKeys.newestMessages(threadId), whole);
    setAnchor(undefined);
  }, [client, threadId, loading, there, end]);

  const seek = useCallback(
    (id: string) => setAnchor({ messageId: id, from: shown ? "around" : "end" }),
    [shown],
  );
  const toEnd = useCallback(() => setAnchor(undefined), []);
  const history: History = shown ? around : newest;
  return {
    history,
    /** What stands last is the end of the thread. */
    atEnd: !shown,
    /** Reads on below; absent at the end. */
    loadLater: shown && around.hasPreviousPage ? around.fetchPreviousPage : undefined,
    /** Goes to a message that is not among those that are shown. */
    seek,
    /** What is or was gone to away from the end, and why it is not there. */
    sought: anchor?.messageId,
    soughtError: anchor !== undefined && failed && !around.isFetching ? around.error : null,
    seekAgain: around.refetch,
    toEnd,
  };
}

/** Two stretches of one branch as one; `undefined` as long as there is something between them. */
function meeting(there: MessagePages, end: MessagePages): MessagePages | undefined {
  const [first] = entriesIn(there);
  const newest = entriesIn(end);
  return newest.some(({ id }) => id === first?.id) ? end : joined(there, newest);
}
