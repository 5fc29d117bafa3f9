import Type from "typebox";
import { closed } from "./schemas.ts";

export const RoleId = Type.Object({ role_id: Type.String({ minLength: 1, maxLength: 200 }) }, closed);

export const RoleRow = Type.Object({
  id: Type.String(),
  key: Type.String({ description: "What it is chosen by, where a system prompt is." }),
  name: Type.String(),
  instructions: Type.String(),
  version: Type.Integer({ description: "From 1; one more with each change of its instructions." }),
  shared: Type.Boolean({ description: "Everybody's; only admins change it." }),
  created: Type.String(),
  updated: Type.String(),
});

export const RoleVersionRow = Type.Object({
  version: Type.Integer(),
  instructions: Type.String(),
  replaced: Type.Union([Type.String(), Type.Null()], { description: "When the next one took its place." }),
});

export const ImportedRoleRow = Type.Object({
  name: Type.String(),
  change: Type.Union((["new", "changed", "same", "refused"] as const).map((change) => Type.Literal(change))),
  why: Type.Optional(
    Type.Union(
      (
        [
          "no_role",
          "no_name",
          "no_instructions",
          "long_name",
          "long_instructions",
          "lines_in_name",
          "twice",
        ] as const
      ).map((why) => Type.Literal(why)),
      { description: "Where it is `refused`." },
    ),
  ),
});
