import { useEffect } from "react";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { useNear } from "./use-near.ts";
import type { LoadedThreads } from "./use-threads.ts";

/** The end of a list as far as it is loaded. Near the window it asks for the next page. */
export function ListEnd({ threads }: { threads: LoadedThreads }) {
  const words = useWords();
  const { ref, near } = useNear<HTMLDivElement>();
  const { hasNextPage, isFetching, isError, fetchNextPage } = threads;
  useEffect(() => {
    if (near && hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [near, hasNextPage, isFetching, isError, fetchNextPage]);
  return (
    <div ref={ref} className="list-end">
      {threads.isFetchNextPageError && (
        <Notice error={threads.error} mend={words.common.tryAgain} onMend={() => void fetchNextPage()} />
      )}
    </div>
  );
}
