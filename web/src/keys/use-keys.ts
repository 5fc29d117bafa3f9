import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createKey, getKeys, revokeKey } from "../api/key-calls.ts";
import type { KeyEntry } from "../api/wire.ts";

const queryKey = ["keys"];

/** The reader's keys; looked at anew whenever the list is opened, since no event tells of them. */
export const useKeys = () => useQuery({ queryKey, queryFn: getKeys, staleTime: 0 });

export function useMakeKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: createKey,
    gcTime: 0, // the answer holds the key itself
    onSuccess: () => client.invalidateQueries({ queryKey }),
  });
}

/** @param onRevoked is called also when the new list has come first, and the row that asked is gone with its key. */
export function useRevokeKey(onRevoked: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id }: KeyEntry) => revokeKey(id),
    onSuccess: onRevoked,
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
}
