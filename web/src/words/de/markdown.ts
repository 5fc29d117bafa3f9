import type { markdown as english } from "../en/markdown.ts";

export const markdown: typeof english = {};
