import type { common as english } from "../en/common.ts";

export const common: typeof english = {
  tryAgain: "Erneut versuchen",
  undo: "Rückgängig",
  close: "Schließen",
  cancel: "Abbrechen",
  save: "Speichern",
};
