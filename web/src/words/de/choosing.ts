import type { choosing as english } from "../en/choosing.ts";

export const choosing: typeof english = {};
