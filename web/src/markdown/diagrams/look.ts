import { useSyncExternalStore } from "react";
import type { Colours } from "../frames/messages.ts";

export type Look = { readonly dark: boolean; readonly colours: Colours };

/** How the page looks now, in colours that a frame understands. Anew when the theme changes. */
export const useLook = (): Look => useSyncExternalStore(subscribe, current);

let known: Look | undefined;
let fresh = false; // nothing changed since it was looked up: a running answer asks with each token

function current(): Look {
  if (known !== undefined && fresh) return known;
  const look = lookUp();
  if (known?.colours.text !== look.colours.text) known = look;
  fresh = true;
  return known;
}

function lookUp(): Look {
  const probe = document.createElement("span");
  probe.style.forcedColorAdjust = "none"; // else every token would have the reader's own one colour
  document.body.append(probe);
  const colour = (token: string): string => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const text = colour("--text");
  const colours = {
    page: colour("--page"),
    surface: colour("--sunken"),
    text,
    quiet: colour("--quiet"),
    line: colour("--line"),
    accent: colour("--accent"),
  };
  probe.remove();
  return { dark: isLight(text), colours };
}

const isLight = (rgb: string): boolean => {
  const [red = 0, green = 0, blue = 0] = rgb.match(/[\d.]+/g)?.map(Number) ?? [];
  return red + green + blue > 384;
};

function subscribe(tell: () => void): () => void {
  const changed = () => {
    fresh = false;
    tell();
  };
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", changed);
  const chosen = new MutationObserver(changed); // a chosen theme is written on the root
  chosen.observe(document.documentElement, { attributes: true });
  return () => {
    fresh = false;
    scheme.removeEventListener("change", changed);
    chosen.disconnect();
  };
}
