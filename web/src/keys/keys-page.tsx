import { useState } from "react";
import type { MadeKey as Made } from "../api/wire.ts";
import { Room, type RoomProps, roomTitleId } from "../rooms/room.tsx";
import { useReturn } from "../rooms/use-return.ts";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { QuietLines } from "../workspace/quiet-lines.tsx";
import { focusOn } from "../workspace/use-shortcuts.ts";
import { KeyForm } from "./key-form.tsx";
import { KeyRow } from "./key-row.tsx";
import { MadeKey } from "./made-key.tsx";
import { useKeyWords } from "./use-key-words.ts";
import { useKeys } from "./use-keys.ts";
import "./keys.css";

/** The reader's API keys: what there is, a new one, an end to one. */
export function KeysPage(room: RoomProps) {
  const words = useKeyWords();
  const { common } = useWords();
  const keys = useKeys();
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<Made>();
  const [opener, closing] = useReturn();
  const [said, setSaid] = useState("");
  return (
    <Room title={words.title} {...room}>
      <div className="room-column">
        <p className="quiet">{words.lead}</p>
        {made && (
          <MadeKey
            made={made}
            onDone={() => {
              closing();
              setMade(undefined);
            }}
          />
        )}
        {making ? (
          <KeyForm
            onMade={(key) => {
              setMade(key);
              setMaking(false);
            }}
            onCancel={() => {
              closing();
              setMaking(false);
            }}
          />
        ) : (
          made === undefined && (
            <p>
              <button type="button" className="secondary" ref={opener} onClick={() => setMaking(true)}>
                {words.make}
              </button>
            </p>
          )
        )}
        {keys.isPending && <QuietLines count={3} />}
        {keys.isError && (
          <Notice error={keys.error} mend={common.tryAgain} onMend={() => void keys.refetch()} />
        )}
        {keys.data?.length === 0 && !making && <p>{words.none}</p>}
        {keys.data !== undefined && keys.data.length > 0 && (
          <ul className="key-rows" aria-label={words.title}>
            {keys.data.map((key) => (
              <KeyRow
                key={key.id}
                entry={key}
                onRevoked={() => {
                  setSaid(words.revoked(key.name));
                  focusOn(roomTitleId); // the button that had it goes with its row
                }}
              />
            ))}
          </ul>
        )}
        <p className="quiet" role="status">
          {said}
        </p>
      </div>
    </Room>
  );
}
