import type { MermaidConfig } from "mermaid";
import type { DiagramAnswer, DiagramWish, Ready } from "./messages.ts";

/**
 * Draws diagrams in a frame of no origin, whose policy lets it fetch nothing but its own scripts. Mermaid writes style
 * elements, which the page forbids; and should a diagram break out of it, there is nothing here to take.
 */

let last: Promise<unknown> = Promise.resolve();

addEventListener("message", ({ data, source }: MessageEvent<DiagramWish>) => {
  if (source !== parent) return;
  // One at a time: Mermaid keeps its settings for all.
  last = last.then(() => draw(data)).then(tell);
});
tell({ ready: true });

async function draw({ id, source, dark, colours }: DiagramWish): Promise<DiagramAnswer> {
  try {
    const { default: mermaid } = await import("mermaid");
    mermaid.initialize(settings(dark, colours));
    const { svg } = await mermaid.render(`diagram-${id}`, source, document.body);
    return { id, drawn: standAlone(svg) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  } finally {
    document.body.replaceChildren();
  }
}

/** As XML with its size, so that it can be shown as an image. */
function standAlone(svg: string): { svg: string; width: number; height: number } {
  document.body.innerHTML = svg;
  const drawing = document.body.querySelector("svg");
  if (drawing === null) throw new Error("Mermaid drew nothing.");
  const box = drawing.viewBox.baseVal;
  const width = Math.ceil(box.width || drawing.getBoundingClientRect().width);
  const height = Math.ceil(box.height || drawing.getBoundingClientRect().height);
  drawing.setAttribute("width", String(width));
  drawing.setAttribute("height", String(height));
  return { svg: new XMLSerializer().serializeToString(drawing), width, height };
}

function settings(
  dark: boolean,
  { page, surface, text, quiet, line, accent }: DiagramWish["colours"],
): MermaidConfig {
  const fixed: MermaidConfig = {
    startOnLoad: false,
    securityLevel: "strict",
    suppressErrorRendering: true,
    htmlLabels: false,
    maxTextSize: 20_000,
    maxEdges: 400,
    theme: "base",
    fontSize: 14, // of sequence diagrams; the others have their variable
    fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
    // Mermaid lets the line of an edge shine through its label.
    themeCSS: `.edgeLabel rect, .edgeLabel .label rect, .relationshipLabelBox, .relationshipLabelBox rect, .classLabel .box,
      .stateLabel .box, .labelBkg { opacity: 1; fill: ${page}; background-color: ${page}; }
      marker circle { fill: ${page}; }`,
    themeVariables: {
      darkMode: dark,
      fontSize: "14px",
      background: page,
      mainBkg: surface,
      primaryColor: surface,
      primaryTextColor: text,
      primaryBorderColor: quiet,
      secondaryColor: line,
      secondaryTextColor: text,
      secondaryBorderColor: quiet,
      tertiaryColor: page,
      tertiaryTextColor: text,
      tertiaryBorderColor: line,
      lineColor: quiet,
      textColor: text,
      titleColor: text,
      nodeBorder: quiet,
      clusterBkg: page,
      clusterBorder: line,
      edgeLabelBackground: page,
      noteBkgColor: surface,
      noteTextColor: text,
      noteBorderColor: line,
      actorBkg: surface,
      actorBorder: quiet,
      actorTextColor: text,
      activationBorderColor: accent,
      labelBoxBkgColor: surface,
      labelBoxBorderColor: line,
      signalColor: quiet,
      signalTextColor: text,
      loopTextColor: text,
      actorLineColor: line,
      attributeBackgroundColorOdd: page,
      attributeBackgroundColorEven: surface,
      rowOdd: page,
      rowEven: surface,
    },
  };
  // A diagram says what to draw, not how the page looks or what is allowed.
  return { ...fixed, secure: ["secure", ...Object.keys(fixed)] };
}

function tell(message: DiagramAnswer | Ready): void {
  parent.postMessage(message, "*");
}
