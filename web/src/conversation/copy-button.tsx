import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { copyText } from "../lib/copy-text.ts";
import { IconButton } from "../workspace/icon-button.tsx";

export function CopyButton({ text }: { text: string }) {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 2000);
    return () => clearTimeout(timer);
  }, [state]);
  const names = { idle: "Copy", copied: "Copied", failed: "Copying is not allowed here" };
  return (
    <IconButton
      name={names[state]}
      icon={state === "copied" ? Check : Copy}
      onClick={() => void copyText(text).then((done) => setState(done ? "copied" : "failed"))}
    />
  );
}
