import { createPreference } from "../lib/preference.ts";

/** Whether a wide window shows the list of threads beside the conversation. */
export const sidebarShown = createPreference("sidebar", ["shown", "hidden"]);
