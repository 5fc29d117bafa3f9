import type { threads as english } from "../en/threads.ts";

export const threads: typeof english = {};
