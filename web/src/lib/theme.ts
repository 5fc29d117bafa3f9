import { createPreference } from "./preference.ts";

export type Theme = "light" | "dark";

/** What was chosen; `system` follows the browser. */
export const chosenTheme = createPreference<Theme | "system">("theme", ["system", "light", "dark"]);

/** Draws in the chosen theme, now and whenever another is chosen. All colours are `light-dark()`, so one word does it. */
export function followTheme(): void {
  chosenTheme.subscribe(apply);
  apply();
}

function apply(): void {
  const chosen = chosenTheme.get();
  document.documentElement.style.colorScheme = chosen === "system" ? "" : chosen;
  // The browser's own frame: index.html has a colour for each theme, and only the one that is drawn may hold.
  for (const meta of document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")) {
    const { theme } = meta.dataset;
    meta.media =
      chosen === "system" ? `(prefers-color-scheme: ${theme})` : chosen === theme ? "all" : "not all";
  }
}
