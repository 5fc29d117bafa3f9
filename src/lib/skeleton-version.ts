import { existsSync, readFileSync } from "node:fs";
import { fitsRange } from "./fits-range.ts";

/** This Skeleton's version: package.json lies two folders up from the source, three from what is compiled. */
export function skeletonVersion(): string {
  version ??= readVersion();
  return version;
}

let version: string | undefined;

function readVersion(): string {
  const places = ["../../package.json", "../../../package.json"];
  const file = places.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(url));
  if (file === undefined) throw new Error("the package.json of Skeleton is missing");
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly version: string }).version;
}

/**
 * Why a plugin is not for this Skeleton, as the end of a sentence that begins with its file; undefined when it is, or
 * does not say.
 * @param exported what a plugin file exports by default; `skeleton` in it says which versions it fits.
 */
export function versionProblem(exported: unknown, version: string = skeletonVersion()): string | undefined {
  const range: unknown = (exported as { readonly skeleton?: unknown } | null | undefined)?.skeleton;
  if (range === undefined) return undefined;
  const fits = typeof range === "string" ? fitsRange(range, version) : undefined;
  if (fits === undefined)
    return `says "skeleton: ${JSON.stringify(range)}", which is no range of versions such as "^${version}"`;
  return fits ? undefined : `is for Skeleton ${range}, and this is ${version}`;
}
