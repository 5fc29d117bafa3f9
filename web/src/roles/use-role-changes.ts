import { useMutation, useQueryClient } from "@tanstack/react-query";
import { changeRole, createRole, deleteRole } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import { reload } from "../api/when-idle.ts";
import type { RoleEntry } from "../api/wire.ts";

type RoleTexts = Pick<RoleEntry, "name" | "instructions" | "shared">;

type Change =
  | { readonly what: "make"; readonly role: RoleTexts & { readonly id: string } }
  | { readonly what: "change"; readonly id: string; readonly texts: Partial<RoleTexts> }
  | { readonly what: "delete"; readonly id: string };

/** Makes, changes and deletes chat roles. The list shows what the server says once it has answered. */
export function useRoleChanges() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: Change): Promise<unknown> => {
      switch (change.what) {
        case "make": {
          const { id, name, instructions, shared } = change.role;
          return createRole({ id, name, instructions, ...(shared && { shared }) });
        }
        case "change":
          return changeRole(change.id, change.texts);
        case "delete":
          return deleteRole(change.id);
      }
    },
    onMutate: (change) => {
      if (change.what !== "delete") return;
      client.setQueryData<readonly RoleEntry[]>(queryKeys.roles, (known) =>
        known?.filter(({ id }) => id !== change.id),
      );
    },
    onSettled: () => reload(client, queryKeys.roles),
  });
}
