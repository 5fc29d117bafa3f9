import { useEffect, useState } from "react";
import type { Drawn } from "./draw-diagram.ts";
import { type Look, useLook } from "./look.ts";

type Drawing = { readonly drawn?: Drawn; readonly error?: string };

/** Diagrams that were drawn before: coming back to a thread shows them at once. */
const kept = new Map<string, Drawn>();
const maxKept = 50;

/** The drawing of a source as soon as it is whole, in the colours of the page. The last one stays until the next is there. */
export function useDrawing(source: string, whole: boolean): Drawing {
  const look = useLook();
  const [drawing, setDrawing] = useState<Drawing>(() => ({ ...before(source, look) }));
  useEffect(() => {
    if (!whole || source === "") return;
    let over = false;
    void draw(source, look).then(
      (drawn) => over || setDrawing({ drawn }),
      (error: Error) => over || setDrawing({ error: firstLine(error.message) }),
    );
    return () => {
      over = true;
    };
  }, [source, whole, look]);
  return drawing;
}

async function draw(source: string, look: Look): Promise<Drawn> {
  const known = before(source, look).drawn;
  if (known !== undefined) return known;
  const { drawDiagram } = await import("./draw-diagram.ts");
  const drawn = await drawDiagram(source, look);
  kept.set(keyOf(source, look), drawn);
  if (kept.size > maxKept) kept.delete(kept.keys().next().value ?? "");
  return drawn;
}

function before(source: string, look: Look): Drawing {
  const drawn = kept.get(keyOf(source, look));
  return drawn === undefined ? {} : { drawn };
}

const keyOf = (source: string, look: Look): string => `${look.colours.text} ${source}`;

const firstLine = (text: string): string => (text.split("\n", 1)[0] ?? "").replace(/:$/, ".").slice(0, 200);
