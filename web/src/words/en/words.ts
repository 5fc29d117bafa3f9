import { choosing } from "./choosing.ts";
import { common } from "./common.ts";
import { composer } from "./composer.ts";
import { conversation } from "./conversation.ts";
import { errors } from "./errors.ts";
import { markdown } from "./markdown.ts";
import { roles } from "./roles.ts";
import { session } from "./session.ts";
import { threads } from "./threads.ts";
import { workspace } from "./workspace.ts";

/** Everything the page says, by part of the page. A sentence with a gap is a function. */
export const words = {
  choosing,
  common,
  composer,
  conversation,
  errors,
  markdown,
  roles,
  session,
  threads,
  workspace,
};
