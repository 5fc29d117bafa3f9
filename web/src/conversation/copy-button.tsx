import { Check, Copy, type LucideIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { copyText } from "../lib/copy-text.ts";
import { useWords } from "../words/language.ts";
import { IconButton } from "../workspace/icon-button.tsx";

type Props = {
  /** What to copy; a function is asked when it is needed. */
  readonly text: string | (() => string);
  readonly name?: string;
  readonly icon?: LucideIcon;
};

export function CopyButton({ text, name, icon = Copy }: Props) {
  const { conversation: words } = useWords();
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 2000);
    return () => clearTimeout(timer);
  }, [state]);
  const names = { idle: name ?? words.copy, copied: words.copied, failed: words.copyForbidden };
  return (
    <IconButton
      name={names[state]}
      icon={state === "copied" ? Check : icon}
      onClick={() =>
        void copyText(typeof text === "string" ? text : text()).then((done) =>
          setState(done ? "copied" : "failed"),
        )
      }
    />
  );
}
