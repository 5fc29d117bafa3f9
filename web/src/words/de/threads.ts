import type { threads as english } from "../en/threads.ts";
import { isolate } from "../isolate.ts";

export const threads: typeof english = {
  list: "Unterhaltungen",
  newChat: "Neuer Chat",
  closeList: "Liste der Unterhaltungen schließen",

  search: "Suchen",
  searchThreads: "Unterhaltungen durchsuchen",
  clearSearch: "Suche leeren",
  results: "Suchergebnisse",
  found: (count) => (count === 1 ? "1 Unterhaltung gefunden" : `${count} Unterhaltungen gefunden`),
  nothingFound: (query) => `Nichts gefunden für „${isolate(query)}“.`,

  pinned: "Angeheftet",
  today: "Heute",
  yesterday: "Gestern",
  lastWeek: "Letzte 7 Tage",
  none: "Hier stehen bald deine Unterhaltungen.",
  running: "Wird gerade beantwortet",

  more: "Mehr",
  menuOf: (title) => `Was mit „${isolate(title)}“ geschehen soll`,
  rename: "Umbenennen",
  newTitle: "Neuer Titel",
  pin: "Anheften",
  unpin: "Lösen",
  archive: "Archivieren",
  restore: "Zurückholen",
  erase: "Löschen",
  eraseForGood: "Endgültig löschen",
  askErase: "Endgültig löschen?",
  askEraseOf: (title) => `„${isolate(title)}“ endgültig löschen?`,
  archivedNow: (title) => `Archiviert: „${isolate(title)}“`,

  archived: "Archiv",
  archivedThreads: "Archivierte Unterhaltungen",
  backToThreads: "Zurück zu den Unterhaltungen",
  noneArchived: "Das Archiv ist leer.",
};
