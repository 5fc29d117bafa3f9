import { SquarePen } from "lucide-react";

/** In the header of a narrow window, where the list of threads is out of sight. */
export function NewChatLink({ href }: { href: string }) {
  return (
    <a className="icon-button narrow-only" href={href} aria-label="New chat" title="New chat">
      <SquarePen size={16} strokeWidth={1.5} aria-hidden="true" />
    </a>
  );
}
