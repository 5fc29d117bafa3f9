import { useId, useState } from "react";
import { useWords } from "../words/language.ts";
import { LookAgainButton } from "./look-again-button.tsx";
import type { LookAgain } from "./use-look-again.ts";

type Props = {
  /** The sentence. */
  readonly why: string;
  readonly look: LookAgain;
};

/** No model can be asked: why, a way to look again, and how one is connected. */
export function NoModel({ why, look }: Props) {
  const { choosing: words } = useWords();
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div className="no-model">
      <p role="status">{why}</p>
      <p className="no-model-actions">
        <LookAgainButton look={look} />
        <button
          type="button"
          className="text-button"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          {words.howToConnect}
        </button>
        <span role="status">{look.inVain && words.stillNothing}</span>
      </p>
      <div id={id} hidden={!open} className="how-to-connect">
        <p>{words.connectBySetting}</p>
        <ul>
          {settings.map((setting) => (
            <li key={setting}>
              <code>{setting}</code>
            </li>
          ))}
        </ul>
        <p>{words.foundByThemselves}</p>
        <p>
          {words.doctorTells} <code>{doctor}</code>
        </p>
      </div>
    </div>
  );
}

const doctor = "skeleton doctor";
const settings = [
  "OPENAI_API_KEY=sk-…",
  "OPENAI_BASE_URL=http://host:8000/v1",
  "LITELLM_ENDPOINT=http://host:4000 LITELLM_API_KEY=sk-…",
];
