import { SquarePen } from "lucide-react";
import { useWords } from "../words/language.ts";

/** In the header, where the list of threads is out of sight. */
export function NewChatLink({ href }: { href: string }) {
  const { newChat } = useWords().threads;
  return (
    <a className="icon-button narrow-only" href={href} aria-label={newChat} title={newChat}>
      <SquarePen size={16} strokeWidth={1.5} aria-hidden="true" />
    </a>
  );
}
