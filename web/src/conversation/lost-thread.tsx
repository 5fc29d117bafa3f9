import { newChatHash } from "../workspace/route.ts";

export function LostThread() {
  return (
    <div className="scroller">
      <div className="column empty">
        <h2>This thread does not exist, or not for you.</h2>
        <p className="empty-actions">
          <a className="text-button" href={newChatHash}>
            Begin a new chat
          </a>
        </p>
      </div>
    </div>
  );
}
