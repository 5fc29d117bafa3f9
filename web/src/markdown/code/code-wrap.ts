import { createPreference } from "../../lib/preference.ts";

/** Whether long lines of code are wrapped, in all blocks alike. */
export const codeWrap = createPreference("code-wrap", ["scroll", "wrap"]);
