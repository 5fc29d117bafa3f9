import { useQueryClient } from "@tanstack/react-query";
import { queryKeys } from "../api/query-keys.ts";
import type { Me } from "../api/wire.ts";
import { drafts } from "../composer/drafts.ts";

/** Where texts of roles are kept while they are written: beside the drafts of messages, and as long as those. */
export function useRolePlaces() {
  const me = useQueryClient().getQueryData<Me>(queryKeys.me);
  const base = `${me?.username ?? ""}:role:`;
  return {
    isAdmin: me?.role === "admin",
    ofText: (roleId: string | undefined, what: "name" | "instructions") =>
      `${base}${roleId ?? "new"}:${what}`,
    ofImport: `${base}import`,
  };
}

/** Something of a new role is written that was not kept. */
export const isBegun = (places: ReturnType<typeof useRolePlaces>, roleId: string | undefined): boolean =>
  (["name", "instructions"] as const).some((what) => drafts.read(places.ofText(roleId, what)).text !== "");
