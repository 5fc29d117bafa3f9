import type { Words } from "../words.ts";
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

export const words: Words = {
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
