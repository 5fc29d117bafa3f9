import { useEffect, useRef, useState } from "react";

/** Below what a reader feels as waiting, above the time between two letters. */
const pauseMs = 180;

/**
 * The text of the search field. The address follows it once the writer pauses; where the address changes by itself,
 * as by going back, the text follows that.
 * @param query what the address says.
 * @param seek changes the address; empty: no search.
 */
export function useSearchText(query: string, seek: (query: string) => void) {
  const [text, setText] = useState(query);
  const own = useRef(query);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    if (query === own.current) return;
    own.current = query;
    clearTimeout(timer.current);
    setText(query);
  }, [query]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const search = (words: string) => {
    clearTimeout(timer.current);
    if (words.trim() === own.current) return;
    own.current = words.trim();
    seek(own.current);
  };
  return {
    text,
    /** Searches after a pause; at once when there is nothing left to search for. */
    write: (next: string) => {
      setText(next);
      clearTimeout(timer.current);
      if (next.trim() === "") search("");
      else timer.current = setTimeout(() => search(next), pauseMs);
    },
    searchNow: () => search(text),
  };
}
