import { Trash2 } from "lucide-react";
import { useState } from "react";
import type { KeyEntry } from "../api/wire.ts";
import { parseTime } from "../lib/times.ts";
import { useReturn } from "../rooms/use-return.ts";
import { useWords } from "../words/language.ts";
import { IconButton } from "../workspace/icon-button.tsx";
import { Notice } from "../workspace/notice.tsx";
import { useKeyWords } from "./use-key-words.ts";
import { useRevokeKey } from "./use-keys.ts";

/** A key and its end, which is asked about in place: there is no way back. */
export function KeyRow({ entry, onRevoked }: { entry: KeyEntry; onRevoked: () => void }) {
  const words = useKeyWords();
  const { common } = useWords();
  const [asking, setAsking] = useState(false);
  const [opener, closing] = useReturn();
  const keep = () => {
    closing();
    setAsking(false);
  };
  const revoke = useRevokeKey(onRevoked);
  const { id, name, scopes, model_mask, limit, expires_at, last_used_at } = entry;
  const ended = expires_at !== null && parseTime(expires_at) <= new Date();
  const facts = [
    scopes.map((scope) => words.scopes[scope][0]).join(", "),
    expires_at === null ? words.endless : (ended ? words.ended : words.ends)(day(expires_at)),
    last_used_at === null ? words.unused : words.used(moment(last_used_at)),
    ...(limit === null ? [] : [words.limited(limit.calls, limit.seconds)]),
    ...(model_mask === null ? [] : [model_mask]),
  ];
  return (
    <li data-ended={ended}>
      <span className="key-text">
        <span className="key-name">
          <bdi>{name}</bdi> <code className="quiet">{beginningOf(id)}</code>
        </span>
        <span className="quiet">{facts.join(" · ")}</span>
        {revoke.isError && <Notice error={revoke.error} />}
      </span>
      {asking ? (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields; these are the two answers to a question.
        <span
          className="key-ask"
          role="group"
          aria-label={words.askRevokeOf(name)}
          onKeyDown={({ key }) => key === "Escape" && keep()}
        >
          <span aria-hidden="true">{words.askRevoke}</span>
          <span className="key-answers">
            <button
              type="button"
              className="text-button bad"
              disabled={revoke.isPending}
              onClick={() => revoke.mutate(entry)}
            >
              {words.revoke}
            </button>
            {/* Where the button was that asked: a second click on it does no harm. */}
            <button type="button" className="text-button" ref={begin} onClick={keep}>
              {common.cancel}
            </button>
          </span>
        </span>
      ) : (
        <IconButton
          name={words.revokeOf(name)}
          icon={Trash2}
          onClick={() => setAsking(true)}
          buttonRef={opener}
        />
      )}
    </li>
  );
}

/** What stands in front of the secret, by which a key is known again where it is used. */
const beginningOf = (id: string) => `sk_skeleton_${id}…`;

const begin = (button: HTMLButtonElement | null) => button?.focus();

const format = (time: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(document.documentElement.lang, options).format(parseTime(time));
const day = (time: string) => format(time, { dateStyle: "medium" });
const moment = (time: string) => format(time, { dateStyle: "medium", timeStyle: "short" });
