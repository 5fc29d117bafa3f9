import { useEffect, useRef } from "react";
import type { MadeKey as Made } from "../api/wire.ts";
import { CopyButton } from "../conversation/copy-button.tsx";
import { useKeyWords } from "./use-key-words.ts";

/** A key that was just made, the one time that it is shown. */
export function MadeKey({ made, onDone }: { made: Made; onDone: () => void }) {
  const words = useKeyWords();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  return (
    <section className="made-key" aria-label={words.secret}>
      <p role="status">{words.made(made.name)}</p>
      <div className="made-secret">
        <input ref={field} type="text" readOnly aria-label={words.secret} value={made.secret} />
        <CopyButton text={made.secret} name={words.copy} />
      </div>
      <p>
        <button type="button" className="text-button" onClick={onDone}>
          {words.gotIt}
        </button>
      </p>
    </section>
  );
}
