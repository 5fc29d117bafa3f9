import type { markdown as english } from "../en/markdown.ts";

export const markdown: typeof english = {
  table: "Tabelle",
  done: "Erledigt",
  toDo: "Offen",
  footnotes: "Fußnoten",
  backToText: "Zurück zum Text",
  wrapLines: "Lange Zeilen umbrechen",
  keepLines: "Zeilen nicht umbrechen",
  showAllLines: (count) => `Alle ${count.toLocaleString("de")} Zeilen zeigen`,
  showFewerLines: "Weniger Zeilen zeigen",
  image: "Bild",
  showImages: (host) => `Bilder von ${host} zeigen`,
  hideImages: (host) => `Bilder von ${host} verbergen`,
  imageFailed: "Das Bild wurde nicht geladen.",
  diagram: "Diagramm",
  diagramOf: (source) => `Diagramm: ${source}`,
  diagramFailed: (reason) => `Das lässt sich nicht zeichnen: ${reason}`,
  showSource: "Quelltext zeigen",
  showDiagram: "Diagramm zeigen",
};
