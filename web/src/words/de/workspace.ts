import type { workspace as english } from "../en/workspace.ts";

export const workspace: typeof english = {
  keyNames: { Mod: "Strg", Shift: "Umschalt", Enter: "Eingabe", Escape: "Esc", Delete: "Entf" },
  shortcutsTitle: "Tastenkürzel",
  shortcutPlaces: {
    anywhere: "Überall",
    composer: "Beim Schreiben",
    threads: "In der Liste der Gespräche",
    branches: "An einer Antwort mit mehreren Fassungen",
  },
  shortcuts: {
    write: "Eine Nachricht schreiben",
    search: "Gespräche durchsuchen",
    newChat: "Neues Gespräch",
    stop: "Antwort anhalten oder Offenes schließen",
    list: "Diese Liste zeigen oder verbergen",
    send: "Senden",
    newLine: "Neue Zeile",
    recall: "Früher Gesagtes zurückholen, im leeren Feld",
    moveThread: "Von Gespräch zu Gespräch",
    openThread: "Gespräch öffnen",
    rename: "Umbenennen",
    archive: "Archivieren",
    erase: "Endgültig löschen",
    undo: "Rückgängig",
    moveBranch: "Von Fassung zu Fassung",
  },
  or: "oder",
};
