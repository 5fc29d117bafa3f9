import { here } from "../../api/here.ts";
import type { Colours, DiagramAnswer, DiagramWish, Ready } from "../frames/messages.ts";

/** Loading Mermaid is part of it, over a slow network. */
const patienceMs = 20_000;

type Frame = { readonly element: HTMLIFrameElement; readonly ready: Promise<Window> };
export type Drawn = NonNullable<DiagramAnswer["drawn"]>;

let frame: Frame | undefined;
let nextId = 1;

/** Draws a diagram in a hidden frame that may do nothing else. @throws what Mermaid says of the source. */
export async function drawDiagram(source: string, look: { dark: boolean; colours: Colours }): Promise<Drawn> {
  frame ??= openFrame();
  const { element, ready } = frame;
  const id = nextId++;
  const { promise, resolve, reject } = Promise.withResolvers<Drawn>();
  const listen = ({ source: sender, data }: MessageEvent<DiagramAnswer>) => {
    if (sender !== element.contentWindow || data.id !== id) return;
    if (data.drawn === undefined) reject(new Error(data.error));
    else resolve(data.drawn);
  };
  const timer = setTimeout(() => {
    element.remove(); // it hangs; the next diagram gets another
    if (frame?.element === element) frame = undefined;
    reject(new Error("It takes too long."));
  }, patienceMs);
  addEventListener("message", listen);
  try {
    const wish: DiagramWish = { id, source, ...look };
    void ready.then((window) => window.postMessage(wish, "*")); // a frame of no origin has no name
    return await promise;
  } finally {
    clearTimeout(timer);
    removeEventListener("message", listen);
  }
}

function openFrame(): Frame {
  const element = document.createElement("iframe");
  element.src = here("/frames/diagram");
  element.setAttribute("sandbox", "allow-scripts");
  element.setAttribute("aria-hidden", "true");
  element.tabIndex = -1;
  element.className = "drawing-room";
  const ready = new Promise<Window>((resolve) => {
    addEventListener("message", function listen({ source, data }: MessageEvent<Ready>) {
      if (element.contentWindow === null || source !== element.contentWindow || !data.ready) return;
      removeEventListener("message", listen);
      resolve(element.contentWindow);
    });
  });
  document.body.append(element);
  return { element, ready };
}
