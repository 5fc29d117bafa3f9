import Type from "typebox";
import { closed, Details } from "./schemas.ts";

export const ModelsQuery = Type.Object(
  {
    details: Details,
    refresh: Type.Optional(
      Type.Boolean({
        description: "Ask every provider now, and wait for it, rather than every now and then.",
      }),
    ),
  },
  closed,
);

export const ModelRow = Type.Object({
  id: Type.String(),
  provider: Type.String(),
  description: Type.Optional(Type.String()),
  context_window: Type.Optional(Type.Integer()),
});

export const AbsentRow = Type.Object({
  provider: Type.String(),
  reason: Type.String({ description: "A code: `upstream_unreachable`, `upstream_refused`, ..." }),
  models: Type.Array(Type.String()),
});

/** Key to description. */
export const Prompts = Type.Record(Type.String(), Type.String());
