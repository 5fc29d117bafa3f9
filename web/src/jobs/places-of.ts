import { type Place, readTemplate } from "../../../src/lib/fill-template.ts";

/**
 * The places of a text that want values, each name once. `undefined`: it is none that this page can fill in, and is said as it
 * is.
 */
export function placesOf(text: string): readonly Place[] | undefined {
  try {
    const places = readTemplate(text).filter((part) => typeof part !== "string");
    if (places.some(({ keys }) => keys.length !== 1)) return undefined;
    return [...new Map(places.map((place) => [place.path, place])).values()];
  } catch {
    return undefined;
  }
}
