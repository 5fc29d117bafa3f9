import type { words as english } from "./en/words.ts";

export type Words = typeof english;
