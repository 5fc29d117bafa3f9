import { Search, X } from "lucide-react";
import { type KeyboardEvent, useRef } from "react";
import { isComposing } from "../lib/is-composing.ts";
import { useWords } from "../words/language.ts";
import { IconButton } from "../workspace/icon-button.tsx";
import { shortcutText } from "../workspace/shortcut-text.ts";
import { searchId } from "../workspace/use-shortcuts.ts";
import { useSearchText } from "./use-search-text.ts";

type Props = {
  readonly query: string;
  readonly onSearch: (query: string) => void;
  /** Down leads into the list. */
  readonly onDown: () => boolean;
};

export function SearchField({ query, onSearch, onDown }: Props) {
  const all = useWords();
  const words = all.threads;
  const { text, write, searchNow } = useSearchText(query, onSearch);
  const field = useRef<HTMLInputElement>(null);

  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    if (event.key === "Enter") searchNow();
    if (event.key === "ArrowDown" && onDown()) event.preventDefault();
    if (event.key !== "Escape" || text === "") return;
    event.stopPropagation(); // the first Esc is for the words, the next for a drawer
    event.preventDefault();
    write("");
  };

  return (
    <search className="search">
      <Search size={16} strokeWidth={1.5} aria-hidden="true" />
      <input
        ref={field}
        id={searchId}
        type="search"
        placeholder={words.search}
        title={`${words.search} (${shortcutText("search", all)})`}
        aria-label={words.searchThreads}
        maxLength={500}
        autoComplete="off"
        value={text}
        onChange={(event) => write(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {text !== "" && (
        <IconButton
          name={words.clearSearch}
          icon={X}
          onClick={() => {
            write("");
            field.current?.focus();
          }}
        />
      )}
    </search>
  );
}
