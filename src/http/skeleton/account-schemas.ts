import Type, { type Static } from "typebox";
import { pageIcons } from "../../host/page-fault.ts";
import type { PageIcon } from "../../protocols/page.ts";

/** A page of a plugin that stands in the left column. */
export const PluginPageRow = Type.Object({
  name: Type.String(),
  path: Type.String({ description: "Where it is, from the root of this server" }),
  title: Type.String(),
  icon: Type.Optional(Type.Unsafe<PageIcon>(Type.Union(pageIcons.map((icon) => Type.Literal(icon))))),
});

export const Me = Type.Object({
  username: Type.String(),
  role: Type.String(),
  cursor: Type.Integer({
    description:
      "Where the account's events stand: what is read after this call, and they after it, leave nothing out.",
  }),
});

/** A page that signs people in, by way of another system. */
const SignInRow = Type.Object({
  title: Type.String({ description: "Who vouches for them" }),
  path: Type.String({ description: "Where it begins, from the root of this server" }),
});

export type SignInPage = Static<typeof SignInRow>;

export const SetupState = Type.Object({ needed: Type.Boolean(), sign_in: Type.Array(SignInRow) });

/** Events of an account as a list. */
export const EventList = Type.Object({
  events: Type.Array(Type.Object({ id: Type.Integer(), event: Type.String(), data: Type.Unknown() })),
  cursor: Type.Integer(),
});
