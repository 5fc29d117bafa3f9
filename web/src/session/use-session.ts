import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { statusOf } from "../api/api-error.ts";
import { getMe, getSetup, setUp, signIn, signOut } from "../api/calls.ts";
import { forgetEarly } from "../api/early.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { Me } from "../api/wire.ts";
import { drafts } from "../composer/drafts.ts";
import { newChatHash } from "../workspace/route.ts";
import { goTo } from "../workspace/use-route.ts";
import { tellOtherWindows, useOtherWindows } from "./other-windows.ts";
import { whoWasHere } from "./who-was-here.ts";

/** Who is signed in here; `null` when nobody is. The cookie alone knows, and scripts cannot read it. */
export function useMe() {
  const client = useQueryClient();
  useOtherWindows((said) => {
    if ("signedOut" in said) leave(client);
    else void enter(client).catch(() => undefined); // the next call will tell
  });
  return useQuery({ queryKey: queryKeys.me, queryFn: whoIsHere });
}

export function useSignIn() {
  return useEntering(signIn);
}

/** Whether the first account is still to be made. */
export function useSetupNeeded() {
  return useQuery({ queryKey: queryKeys.setup, queryFn: getSetup, staleTime: 0 });
}

export function useSetUp() {
  return useEntering(setUp);
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      tellOtherWindows({ signedOut: true });
      leave(client);
    },
  });
}

function useEntering<Request>(call: (request: Request) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (request: Request) => {
      await call(request);
      return enter(client);
    },
    onSuccess: (me) => {
      if (me !== null) tellOtherWindows({ signedIn: me.username });
    },
  });
}

async function whoIsHere(): Promise<Me | null> {
  try {
    const me = await getMe();
    whoWasHere.set(me);
    return me;
  } catch (error) {
    if (statusOf(error) === 401) return null;
    throw error;
  }
}

/** Whoever comes back finds all as it was; of what somebody else had loaded or opened in this window nothing is left. */
async function enter(client: QueryClient): Promise<Me | null> {
  const before = whoWasHere.get();
  const me = await whoIsHere();
  if (me === null || me.username === before?.username) {
    await client.invalidateQueries({ predicate: isAnswer, refetchType: "active" });
  } else {
    forget(client);
    if (before !== null) goTo(newChatHash, { replace: true });
  }
  client.setQueryData(queryKeys.me, me);
  return me;
}

/** Leaves nothing behind. */
function leave(client: QueryClient): void {
  drafts.clear();
  whoWasHere.set(null);
  goTo(newChatHash, { replace: true });
  client.setQueryData(queryKeys.me, null);
  forget(client);
}

function forget(client: QueryClient): void {
  forgetEarly();
  client.removeQueries({ predicate: isAnswer });
}

/** Whatever the server said but for who is here. */
const isAnswer = ({ queryKey }: { readonly queryKey: readonly unknown[] }) => queryKey[0] !== queryKeys.me[0];
