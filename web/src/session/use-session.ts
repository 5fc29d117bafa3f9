import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { statusOf } from "../api/api-error.ts";
import { getMe, getSetup, setUp, signIn, signOut } from "../api/calls.ts";
import { forgetEarly } from "../api/early.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { Me } from "../api/wire.ts";
import { commandNotes } from "../composer/command-notes.ts";
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
  const me = useQuery({ queryKey: queryKeys.me, queryFn: whoIsHere });
  const nobody = me.data === null;
  useEffect(() => {
    if (nobody) forget(client); // by now nothing on the page asks for any of it
  }, [client, nobody]);
  return me;
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
    gcTime: 0, // it holds a password
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

/** Whoever comes back goes on where they were; of what somebody else had loaded or written nothing is left. */
async function enter(client: QueryClient): Promise<Me | null> {
  const before = whoWasHere.get();
  const me = await whoIsHere();
  if (me !== null && me.username !== before?.username) {
    forget(client);
    drafts.keepOnly(me.username);
    commandNotes.clear();
    if (before !== null) goTo(newChatHash, { replace: true });
  }
  client.setQueryData(queryKeys.me, me);
  return me;
}

/** Leaves nothing behind. */
function leave(client: QueryClient): void {
  drafts.clear();
  commandNotes.clear();
  whoWasHere.set(null);
  goTo(newChatHash, { replace: true });
  client.setQueryData(queryKeys.me, null);
  forget(client);
}

function forget(client: QueryClient): void {
  forgetEarly();
  client.removeQueries({ predicate: isSomebodys });
  const said = client.getMutationCache();
  for (const mutation of said.getAll()) if (mutation.state.status !== "pending") said.remove(mutation);
}

/** Whatever the server said to whoever was here. */
const isSomebodys = ({ queryKey: [what] }: { readonly queryKey: readonly unknown[] }) =>
  what !== queryKeys.me[0] && what !== queryKeys.setup[0];
