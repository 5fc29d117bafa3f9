import type { composer as english } from "../en/composer.ts";

export const composer: typeof english = {};
