import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { statusOf } from "../api/api-error.ts";
import { getMe, getSetup, setUp, signIn, signOut } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import { drafts } from "../composer/drafts.ts";

/** Who is signed in here; `null` when nobody is. The cookie alone knows, and scripts cannot read it. */
export function useMe() {
  return useQuery({
    queryKey: queryKeys.me,
    queryFn: () =>
      getMe().catch((error: unknown) => {
        if (statusOf(error) === 401) return null;
        throw error;
      }),
  });
}

export function useSignIn() {
  const enter = useEnter();
  return useMutation({ mutationFn: signIn, onSuccess: enter });
}

/** Whether the first account is still to be made. */
export function useSetupNeeded() {
  return useQuery({ queryKey: queryKeys.setup, queryFn: getSetup, staleTime: 0 });
}

export function useSetUp() {
  const enter = useEnter();
  return useMutation({ mutationFn: setUp, onSuccess: enter });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      drafts.clear();
      client.setQueryData(queryKeys.me, null);
      forgetAnswers(client);
    },
  });
}

/** Nothing that somebody else loaded in this window is kept. */
function useEnter() {
  const client = useQueryClient();
  return async () => {
    forgetAnswers(client);
    await client.refetchQueries({ queryKey: queryKeys.me });
  };
}

function forgetAnswers(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== queryKeys.me[0] });
}
