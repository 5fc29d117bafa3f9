import { useQuery } from "@tanstack/react-query";
import { getRoles } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";

/** The chat roles to choose from. One's own changes are told by the account's events; those of shared ones are not. */
export const useRoles = () =>
  useQuery({ queryKey: queryKeys.roles, queryFn: getRoles, staleTime: 60_000, refetchOnWindowFocus: true });
