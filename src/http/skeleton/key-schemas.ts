import Type from "typebox";
import { closed } from "./schemas.ts";

const Scope = Type.Union([Type.Literal("chat"), Type.Literal("jobs"), Type.Literal("read")]);

const Scopes = Type.Array(Scope, {
  ...{ minItems: 1, maxItems: 3 },
  description:
    "`chat`: say something, run commands, change threads and roles; `jobs`: hand in jobs and follow them; `read`: threads, " +
    "messages, search, account events.",
});

const Limit = Type.Object(
  {
    calls: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    seconds: Type.Integer({ minimum: 1, maximum: 86_400 }),
  },
  closed,
);

const instant = {
  pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?(Z|[+-]\\d\\d:\\d\\d)$",
} as const;

export const NewKey = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, description: "What it is for." }),
    scopes: Scopes,
    model_mask: Type.Optional(
      Type.String({
        ...{ minLength: 1, maxLength: 500 },
        description:
          "A regular expression that must match a model's whole name. Absent: all that you may use.",
      }),
    ),
    limit: Type.Optional(Limit),
    expires_at: Type.Optional(
      Type.String({ ...instant, description: "ISO 8601 with a zone. Absent: it holds until it is revoked." }),
    ),
  },
  closed,
);

const keyFields = {
  id: Type.String({ description: "Public: the key itself begins `sk_skeleton_<id>_`." }),
  name: Type.String(),
  scopes: Scopes,
  model_mask: Type.Union([Type.String(), Type.Null()]),
  limit: Type.Union([Limit, Type.Null()]),
  created_at: Type.String(),
  expires_at: Type.Union([Type.String(), Type.Null()]),
  last_used_at: Type.Union([Type.String({ description: "To the minute." }), Type.Null()]),
};

export const KeyRow = Type.Object(keyFields);

export const MadeKey = Type.Object({
  ...keyFields,
  secret: Type.String({ description: "The key itself. It is told this once and kept nowhere." }),
});

export const KeyId = Type.Object({ key_id: Type.String({ maxLength: 200 }) }, closed);
