import { useWords } from "../words/language.ts";
import { newChatHash } from "../workspace/route.ts";

export function LostThread() {
  const { conversation: words } = useWords();
  return (
    <div className="scroller">
      <div className="column empty">
        <h2>{words.lostThread}</h2>
        <p className="empty-actions">
          <a className="text-button" href={newChatHash}>
            {words.beginNewChat}
          </a>
        </p>
      </div>
    </div>
  );
}
