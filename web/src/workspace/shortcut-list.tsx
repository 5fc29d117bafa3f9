import { X } from "lucide-react";
import { useEffect, useRef } from "react";
import { hasOwnEscape } from "../lib/use-escape.ts";
import { useMedia } from "../lib/use-media.ts";
import { useWords } from "../words/language.ts";
import { IconButton } from "./icon-button.tsx";
import { keyCaps } from "./shortcut-text.ts";
import { type ShortcutName, shortcuts, type Where } from "./shortcuts.ts";

const places: readonly Where[] = ["anywhere", "composer", "threads", "branches", "plan"];
const names = Object.keys(shortcuts) as ShortcutName[];

/** Every shortcut, beside the conversation: reading and writing go on. */
export function ShortcutList({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const panel = useRef<HTMLElement>(null);
  // In a window without room for both (shortcuts.css) it stands in the conversation's place.
  const alone = useMedia("(width < 1100px)");
  const [Part, Title, Heading] = alone ? (["main", "h1", "h2"] as const) : (["aside", "h2", "h3"] as const);
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus();
    return () => {
      // To where it came from, unless the reader has gone elsewhere by themselves.
      if (document.activeElement === document.body && before instanceof HTMLElement) before.focus();
    };
  }, []);
  useEscapeFirst(onClose);
  return (
    <Part className="shortcut-list" aria-labelledby="shortcut-list" tabIndex={-1} ref={panel}>
      <header>
        <Title id="shortcut-list">{words.workspace.shortcutsTitle}</Title>
        <IconButton name={words.common.close} icon={X} onClick={onClose} />
      </header>
      {places.map((place) => (
        <section key={place}>
          <Heading>{words.workspace.shortcutPlaces[place]}</Heading>
          <dl>
            {names
              .filter((name) => shortcuts[name].where === place)
              .map((name) => (
                <div key={name}>
                  <dt>{words.workspace.shortcuts[name]}</dt>
                  <dd>
                    <Keys name={name} />
                  </dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
    </Part>
  );
}

/** Esc closes the list from wherever it is pressed, and an answer is not stopped by the same press. */
function useEscapeFirst(onEscape: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.isComposing || hasOwnEscape(event.target)) return;
      event.stopPropagation();
      onEscape();
    };
    addEventListener("keydown", onKey, { capture: true });
    return () => removeEventListener("keydown", onKey, { capture: true });
  }, [onEscape]);
}

function Keys({ name }: { name: ShortcutName }) {
  const words = useWords();
  return shortcuts[name].keys.map((combination, index) => (
    <span key={combination} className="combination">
      {index > 0 && <span className="quiet">{words.workspace.or}</span>}
      {keyCaps(combination, words).map((cap) => (
        <kbd key={cap}>{cap}</kbd>
      ))}
    </span>
  ));
}
