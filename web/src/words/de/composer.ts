import type { composer as english } from "../en/composer.ts";
import { isolate } from "../isolate.ts";

export const composer: typeof english = {
  message: "Nachricht",
  placeholder: "Schreib eine Nachricht",
  send: "Senden (Eingabe)",
  stop: "Anhalten (Esc)",

  unreachable:
    "Der Server ist nicht erreichbar. Dein Text bleibt hier; sende ihn, sobald die Verbindung wieder da ist.",
  signedOut: "Du wurdest abgemeldet, bevor das gesendet war. Sende es noch einmal.",
  answeredElsewhere: "In diesem Chat wird gerade geantwortet. Sende es, wenn die Antwort fertig ist.",
  tooOften: "Zu viele Nachrichten in kurzer Zeit. Warte ein wenig und versuch es dann erneut.",
  serverTrouble: (sentence) => `${sentence} Dein Text bleibt hier; versuch es in einer Weile erneut.`,
  cutOff: "Das war unterwegs, als die Seite geschlossen wurde.",

  waitForAnswer: "Gerade wird geantwortet. Halte die Antwort mit Esc an oder sende, wenn sie fertig ist.",
  waitForLast: "Die letzte Nachricht ist noch unterwegs.",
  tooLong: (length, most) => `Eine Nachricht kann höchstens ${most} Zeichen haben; diese hat ${length}.`,

  pastedTexts: "Eingefügte Texte",
  pastedText: (lines) =>
    `Eingefügter Text, ${lines.toLocaleString("de")} ${lines === 1 ? "Zeile" : "Zeilen"}`,
  pastedGone: "Eingefügter Text entfernt.",
  removePasted: "Eingefügten Text entfernen",

  commands: "Befehle",
  commandsFound: (count) => `${count} ${count === 1 ? "Vorschlag" : "Vorschläge"}`,
  help: {
    language: "Die Sprache wechseln",
    theme: "Hell, dunkel oder wie das System",
  },
  argument: { language: "Sprache", theme: "Aussehen" },
  noSuch: (argument) => `„${isolate(argument)}“ gibt es hier nicht. Wähl etwas aus der Liste.`,
  argumentMissing: (usage) => `Schreib es ganz aus: ${usage}`,
};
