import { useSyncExternalStore } from "react";
import { createExternalStore } from "../lib/external-store.ts";
import { createPreference } from "../lib/preference.ts";
import { words as english } from "./en/words.ts";
import type { Words } from "./words.ts";

/** Languages the page speaks, each under its own name and with the direction it is written in. */
export const languages = {
  en: { name: "English", direction: "ltr" },
  de: { name: "Deutsch", direction: "ltr" },
} as const;
export type Language = keyof typeof languages;

/** What was chosen; `system` follows the browser. */
export const chosenLanguage = createPreference<Language | "system">("language", ["system", "en", "de"]);

const catalogue = createExternalStore<Words>(english);

/** What the page says, in the language of whoever reads it. */
export const useWords = (): Words => useSyncExternalStore(catalogue.subscribe, catalogue.get);

/** The same outside a component. */
export const words = (): Words => catalogue.get();

/**
 * Loads the chosen language now and whenever another is chosen, here or in the browser. English is there from the start;
 * a language that cannot be loaded leaves the one that was spoken.
 */
export async function followLanguage(): Promise<void> {
  const follow = () => void load().catch(() => {});
  chosenLanguage.subscribe(follow);
  addEventListener("languagechange", follow);
  await load().catch(() => {});
}

async function load(): Promise<void> {
  const language = wanted();
  const loaded = language === "de" ? (await import("./de/words.ts")).words : english;
  if (language !== wanted()) return; // another was chosen while this one was on its way
  document.documentElement.lang = language;
  document.documentElement.dir = languages[language].direction;
  catalogue.set(loaded);
}

const wanted = (): Language => spoken(chosenLanguage.get(), navigator.languages);

/** The language to speak: the chosen one, or the first of the reader's that the page knows. */
function spoken(chosen: Language | "system", preferred: readonly string[]): Language {
  if (chosen !== "system") return chosen;
  const known = preferred.map((tag) => tag.toLowerCase().split("-")[0]);
  return known.find((tag): tag is Language => tag !== undefined && tag in languages) ?? "en";
}
