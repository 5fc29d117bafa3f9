import type { keys as english } from "../en/keys.ts";
import { isolate } from "../isolate.ts";

export const keys: typeof english = {
  title: "API-Schlüssel",
  lead: "Mit einem Schlüssel darf ein Skript hier, was du selbst darfst, soweit du es erlaubst.",
  none: "Es gibt noch keine Schlüssel.",
  make: "Neuer Schlüssel",
  made: (name) =>
    `„${isolate(name)}“ ist angelegt. Kopier den Schlüssel jetzt: Er wird nur dieses Mal gezeigt.`,
  secret: "Der Schlüssel",
  copy: "Schlüssel kopieren",
  gotIt: "Ich habe ihn",

  name: "Name",
  nameHint: "Wofür er ist, etwa das Skript oder der Rechner.",
  noName: "Ein Schlüssel braucht einen Namen.",
  mayDo: "Darf",
  scopes: {
    chat: ["Chat", "Etwas sagen, Befehle geben, Unterhaltungen und Rollen ändern"],
    jobs: ["Aufträge", "Aufträge geben, verfolgen und abbrechen"],
    read: ["Lesen", "Unterhaltungen lesen und durchsuchen, Ereignisse hören"],
  },
  noScope: "Ein Schlüssel muss etwas dürfen.",
  holds: "Gilt",
  periods: { 7: "7 Tage", 30: "30 Tage", 90: "90 Tage", 365: "1 Jahr", 0: "Bis er widerrufen wird" },
  models: "Modelle",
  modelsHint: "Ein regulärer Ausdruck für ganze Namen, etwa gpt-5.*; leer: alle, die du benutzen darfst",
  limit: "Höchstens so viele Aufrufe",
  limitHint: "Leer: so viele, wie der Server erlaubt",
  badLimit: "Eine ganze Zahl von 1 bis 1.000.000.",
  per: "In einer Zeit von",
  spans: { 60: "einer Minute", 3600: "einer Stunde", 86400: "einem Tag" },

  ends: (day) => `gilt bis ${day}`,
  ended: (day) => `abgelaufen am ${day}`,
  endless: "gilt, bis er widerrufen wird",
  used: (time) => `zuletzt benutzt ${time}`,
  unused: "nie benutzt",
  limited: (calls, seconds) =>
    `${calls.toLocaleString("de")} ${calls === 1 ? "Aufruf" : "Aufrufe"} in ${seconds.toLocaleString("de")} s`,
  revoke: "Widerrufen",
  revokeOf: (name) => `„${isolate(name)}“ widerrufen`,
  askRevoke: "Was ihn benutzt, hört sofort auf.",
  askRevokeOf: (name) => `„${isolate(name)}“ widerrufen? Was ihn benutzt, hört sofort auf.`,
  revoked: (name) => `„${isolate(name)}“ ist widerrufen.`,
};
