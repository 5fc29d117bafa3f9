import { type Language, useWords } from "./language.ts";

/** Words of a part that is loaded late and brings all its languages along, in the one that the page speaks. */
export function useOwnWords<Words>(all: Readonly<Record<Language, Words>>): Words {
  useWords(); // which draws again when another language is spoken
  const { lang } = document.documentElement;
  return all[lang in all ? (lang as Language) : "en"];
}
