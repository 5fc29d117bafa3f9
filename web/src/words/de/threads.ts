import type { threads as english } from "../en/threads.ts";
import { isolate } from "../isolate.ts";

export const threads: typeof english = {
  list: "Chats",
  newChat: "Neuer Chat",
  closeList: "Liste der Chats schließen",
  hideList: "Liste verbergen",

  search: "Suchen",
  searchThreads: "Chats durchsuchen",
  clearSearch: "Suche leeren",
  results: "Suchergebnisse",
  found: (count) => (count === 1 ? "1 Chat gefunden" : `${count} Chats gefunden`),
  nothingFound: (query) => `Nichts gefunden für „${isolate(query)}“.`,

  pinned: "Angeheftet",
  today: "Heute",
  yesterday: "Gestern",
  lastWeek: "Letzte 7 Tage",
  none: "Hier stehen bald deine Chats.",
  running: "Wird gerade beantwortet",

  more: "Mehr",
  menuOf: (title) => `Was sich mit „${isolate(title)}“ tun lässt`,
  rename: "Umbenennen",
  newTitle: "Neuer Titel",
  pin: "Anheften",
  unpin: "Nicht mehr anheften",
  archive: "Archivieren",
  restore: "Zurückholen",
  erase: "Löschen",
  eraseForGood: "Endgültig löschen",
  askErase: "Endgültig löschen?",
  askEraseOf: (title) => `„${isolate(title)}“ endgültig löschen?`,
  archivedNow: (title) => `Archiviert: „${isolate(title)}“`,

  archived: "Archiv",
  archivedThreads: "Archivierte Chats",
  backToThreads: "Zurück zu den Chats",
  noneArchived: "Das Archiv ist leer.",

  jobs: "Aufträge",
  pages: "Seiten",
  ownTab: (title) => `${isolate(title)} (öffnet sich in einem eigenen Tab)`,
};
