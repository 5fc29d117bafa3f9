import type { choosing as english } from "../en/choosing.ts";

export const choosing: typeof english = {
  threads: "Chats",
  archived: "Archiviert",
  reconnecting: "Verbinde neu",

  model: "Modell",
  prompt: "Prompt",
  noModel: "Kein Modell",
  modelMissing: "Es ist gerade nicht verfügbar; wähl ein anderes oder warte, bis es wieder da ist.",
  find: "Tippen, um die Liste einzugrenzen",
  found: (count) => (count === 0 ? "Nichts passt." : `${count} gefunden`),
  lastUsed: "Zuletzt benutzt",
  absent: {
    upstream_unreachable: "Gerade nicht erreichbar.",
    upstream_refused: "Weist diesen Server ab; vielleicht stimmt der Schlüssel nicht.",
    upstream_timeout: "Hat nicht rechtzeitig geantwortet.",
    upstream_broken: "Hat etwas geantwortet, das keine Modellliste ist.",
  },
  absentSomehow: "Nennt seine Modelle gerade nicht.",
  modelsNotLoaded: "Die Liste der Modelle ließ sich nicht laden.",
  noModelAtAll:
    "Kein Modell ist verfügbar. Starte auf dem Server Ollama, LM Studio oder llama-server oder setze dort OPENAI_API_KEY.",

  planMode: "Planmodus",
  planModeHint: "Ein Modell schreibt erst eine Liste von Schritten, ein anderes führt sie aus.",
  planner: "Wer plant",
  answerer: "Wer antwortet",
  review: "Den Plan ansehen, bevor er ausgeführt wird",
  planOn: "Antworten planen",
  planOff: "Ausschalten",

  settings: "Antworteinstellungen",
  settingsChanged: (count) =>
    count === 0 ? "Antworteinstellungen" : `Antworteinstellungen, ${count} geändert`,
  settingsOfThread: "Für diesen Chat, ab der nächsten Antwort.",
  settingsOfNewChat: "Für den Chat, der hier beginnt.",
  byDefault: "Standard",
  temperature: "Temperatur",
  temperatureHint: "0 bis 2. Niedrig ist beständig, hoch ist vielfältig.",
  topP: "Top-p",
  topPHint: "0 bis 1. Wie viel vom Wahrscheinlichen zählt.",
  maxTokens: "Max. Tokens",
  maxTokensHint: "Wo eine Antwort abbricht, ab 1.",
  effort: "Denkaufwand",
  efforts: { low: "Gering", medium: "Mittel", high: "Hoch" },
  effortHint: "Wie lange Modelle nachdenken dürfen, die das tun.",
  resetSettings: "Auf Standard zurücksetzen",
};
