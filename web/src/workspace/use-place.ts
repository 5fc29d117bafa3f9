import { useState } from "react";
import type { Place, Route } from "./route.ts";

/** The conversation to show: the one that the address names or, beside a search or the archive, the one before. */
export function usePlace(route: Route): Place {
  const [place, setPlace] = useState<Place>({ at: "new" });
  const next = route.at === "thread" || route.at === "new" ? route : place;
  if (next !== place) setPlace(next);
  return next;
}
