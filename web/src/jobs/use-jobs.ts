import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { cancelJob, getJobStats, getJobs, type JobFilter, retryJob, submitJob } from "../api/job-calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { JobGiven } from "../api/wire.ts";

/** Where another process runs a job no event tells of it: then this is how soon it is seen, in ms. */
const [busyMs, idleMs] = [4_000, 30_000];
/** The chart is about hours; a look every so often is enough. */
const chartMs = 15_000;

/** Jobs that fit, newest first, as many pages as were asked for. */
export function useJobs(filter: JobFilter) {
  const { state, model, threadId } = filter;
  return useInfiniteQuery({
    queryKey: [...queryKeys.jobs, state, model, threadId],
    queryFn: ({ pageParam, signal }) => getJobs(filter, pageParam, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ jobs, has_more }) => (has_more ? jobs.at(-1)?.id : undefined),
    placeholderData: (previous) => previous, // until the others are there
    staleTime: 0,
    refetchInterval({ state }) {
      const counts = state.data?.pages[0]?.counts;
      return counts !== undefined && counts.queued + counts.processing > 0 ? busyMs : idleMs;
    },
  });
}

export const useJobStats = (hours: number) =>
  useQuery({
    queryKey: ["job-stats", hours],
    queryFn: ({ signal }) => getJobStats(hours, signal),
    placeholderData: (previous) => previous,
    staleTime: 0,
    refetchInterval: chartMs,
  });

export function useSubmitJob() {
  const settled = useSettled();
  return useMutation({
    mutationFn: ({ json, key }: { readonly json: JobGiven; readonly key: string }) => submitJob(json, key),
    ...settled,
  });
}

export const useCancelJob = () => useMutation({ mutationFn: cancelJob, ...useSettled() });

export function useRetryJob() {
  const settled = useSettled();
  return useMutation({
    mutationFn: ({ id, key }: { readonly id: number; readonly key: string }) => retryJob(id, key),
    ...settled,
  });
}

function useSettled() {
  const client = useQueryClient();
  return { onSettled: () => void client.invalidateQueries({ queryKey: queryKeys.jobs }) };
}
