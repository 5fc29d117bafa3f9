import { useState } from "react";
import { foldedName, roleTextFault } from "../../../src/lib/role-texts.ts";
import type { RoleEntry } from "../api/wire.ts";
import { drafts } from "../composer/drafts.ts";
import { useRolePlaces } from "./role-places.ts";

type RoleFault = NonNullable<ReturnType<typeof roleTextFault>> | "taken";

/** What is written of a role. It is kept until it is kept for good, or thrown away. */
export function useRoleFields(role: RoleEntry | undefined, roles: readonly RoleEntry[]) {
  const places = useRolePlaces();
  const begin = (what: "name" | "instructions") =>
    drafts.read(places.ofText(role?.id, what)).text || (role?.[what] ?? "");
  const [name, setName] = useState(() => begin("name"));
  const [instructions, setInstructions] = useState(() => begin("instructions"));
  const [shared, setShared] = useState(role?.shared ?? false);

  const write = (what: "name" | "instructions", set: (text: string) => void) => (text: string) => {
    set(text);
    drafts.write(places.ofText(role?.id, what), { text: text === role?.[what] ? "" : text });
  };
  const taken = roles.some(
    (other) =>
      other.id !== role?.id && other.shared === shared && foldedName(other.name) === foldedName(name.trim()),
  );
  const faults: { readonly name: RoleFault | undefined; readonly instructions: RoleFault | undefined } = {
    name: roleTextFault("name", name) ?? (taken ? "taken" : undefined),
    instructions: roleTextFault("instructions", instructions),
  };
  return {
    ...{ name, instructions, shared, setShared, faults, isAdmin: places.isAdmin },
    setName: write("name", setName),
    setInstructions: write("instructions", setInstructions),
    forget() {
      for (const what of ["name", "instructions"] as const)
        drafts.write(places.ofText(role?.id, what), { text: "" });
    },
  };
}
