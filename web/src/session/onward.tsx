import { useEffect } from "react";
import { here } from "../api/here.ts";

/** Goes on to where somebody wanted to be before they signed in; the way back does not lead here again. */
export function Onward({ path }: { path: string }) {
  useEffect(() => location.replace(here(path)), [path]);
  return null;
}
