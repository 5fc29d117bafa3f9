import { ChevronUp, Keyboard, KeyRound, LogOut, MonitorOff } from "lucide-react";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import type { Me } from "../api/wire.ts";
import { chosenTheme } from "../lib/theme.ts";
import { usePressOutside } from "../lib/use-press-outside.ts";
import { chosenLanguage, languages, useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { keysHash } from "../workspace/route.ts";
import { shortcutListOpen } from "../workspace/shortcut-list-open.ts";
import { shortcutText } from "../workspace/shortcut-text.ts";
import { Choice } from "./choice.tsx";
import { useSignOut } from "./use-session.ts";

/** Who is signed in; opens in place to what is theirs alone: how the page looks and speaks, and the way out. */
export function AccountMenu({ me, onLeave }: { me: Me; onLeave: () => void }) {
  const words = useWords();
  const { session } = words;
  const [open, setOpen] = useState(false);
  const signOut = useSignOut();
  const menu = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const id = useId();
  usePressOutside(menu, open, () => setOpen(false));

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation(); // one thing closes at a time
    setOpen(false);
    opener.current?.focus();
  };

  const leave = () => {
    setOpen(false);
    onLeave();
  };
  const showShortcuts = () => {
    leave();
    shortcutListOpen.set(true);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears Esc from the controls in it
    <div className="account" ref={menu} onKeyDown={onKeyDown}>
      {open && (
        <fieldset className="account-menu" id={id} aria-label={session.account(me.username)}>
          <Choice
            legend={session.theme}
            store={chosenTheme}
            options={[
              ["system", session.themes.system],
              ["light", session.themes.light],
              ["dark", session.themes.dark],
            ]}
          />
          <Choice
            legend={session.language}
            store={chosenLanguage}
            options={[
              ["system", session.systemLanguage],
              ["en", languages.en.name, "en"],
              ["de", languages.de.name, "de"],
            ]}
          />
          <div className="account-actions">
            <button type="button" onClick={showShortcuts}>
              <Keyboard size={16} strokeWidth={1.5} aria-hidden="true" />
              {words.workspace.shortcutsTitle}
              <kbd>{shortcutText("list", words)}</kbd>
            </button>
            <a href={keysHash} onClick={leave}>
              <KeyRound size={16} strokeWidth={1.5} aria-hidden="true" />
              {session.keys}
            </a>
            <button type="button" disabled={signOut.isPending} onClick={() => signOut.mutate({})}>
              <LogOut size={16} strokeWidth={1.5} aria-hidden="true" />
              {session.signOut}
            </button>
            <button
              type="button"
              title={session.signOutEverywhereHint}
              disabled={signOut.isPending}
              onClick={() => signOut.mutate({ everywhere: true })}
            >
              <MonitorOff size={16} strokeWidth={1.5} aria-hidden="true" />
              {session.signOutEverywhere}
            </button>
          </div>
          {signOut.isError && <Notice error={signOut.error} />}
        </fieldset>
      )}
      <button
        type="button"
        className="account-button"
        ref={opener}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={session.account(me.username)}
        onClick={() => setOpen(!open)}
      >
        <bdi className="user-name">{me.username}</bdi>
        <ChevronUp size={16} strokeWidth={1.5} aria-hidden="true" />
      </button>
    </div>
  );
}
