import { statusOf } from "../api/api-error.ts";
import { useChoice } from "../choosing/use-choice.ts";
import { Composer } from "../composer/composer.tsx";
import { useCommandNotes } from "../composer/use-command-notes.ts";
import { useSending } from "../composer/use-draft.ts";
import type { Connection } from "../live/follow-events.ts";
import { useAsks } from "../live/use-live-turn.ts";
import { useTab } from "../live/use-tab.ts";
import { useWords } from "../words/language.ts";
import { Header } from "../workspace/header.tsx";
import { lazyPart } from "../workspace/lazy-part.tsx";
import { Announcer } from "./announcer.tsx";
import { EmptyChat } from "./empty-chat.tsx";
import { MessageList } from "./message-list.tsx";
import { useConversation } from "./use-conversation.ts";
import { useTurnActions } from "./use-turn-actions.ts";
import { wholeTitle } from "./whole-title.ts";

const LostThread = lazyPart(async () => (await import("./lost-thread.tsx")).LostThread);

type Props = {
  /** `null`: a chat that has not begun. */
  readonly threadId: string | null;
  /** The message to go to, where the address names one. */
  readonly messageId?: string | undefined;
  /** Where its draft is kept. */
  readonly place: string;
  readonly connection: Connection;
  readonly onOpenDrawer: () => void;
};

export function Conversation({ threadId, messageId, place, connection, onOpenDrawer }: Props) {
  const { conversation: words } = useWords();
  const sending = useSending(place);
  const conversation = useConversation(threadId, messageId, sending !== undefined);
  const choice = useChoice(threadId, conversation.thread.data, place);
  const { model, systemPrompt, plan } = choice;
  const voice = { model, systemPrompt };
  const { stop, actions, error } = useTurnActions(threadId ?? "", place, voice, plan.mode);
  const lost = statusOf(conversation.thread.error) === 404 || statusOf(conversation.history.error) === 404;
  const known = lost ? words.noSuchThread : (conversation.thread.data?.title ?? "");
  const title = threadId === null ? words.newChat : known;
  useTab(title, conversation.thread.data, useAsks(conversation.live));

  const firstQuestion = conversation.history.hasNextPage
    ? undefined
    : conversation.history.data?.pages.at(-1)?.find(({ role }) => role === "user")?.content;
  const notes = useCommandNotes(place);
  const blank = threadId === null && sending === undefined && notes.length === 0;
  return (
    <main className="conversation">
      <Header
        title={wholeTitle(title, firstQuestion)}
        fresh={threadId === null}
        archived={conversation.thread.data?.archived ?? false}
        choice={choice}
        connection={connection}
        onOpenDrawer={onOpenDrawer}
      />
      {lost && <LostThread />}
      {!lost && blank && <EmptyChat {...{ choice, place, onOpenDrawer }} />}
      {!lost && !blank && (
        <MessageList
          conversation={conversation}
          notes={notes}
          messageId={messageId}
          sending={sending}
          actions={actions}
          error={error}
        />
      )}
      {!lost && (
        <Composer
          threadId={threadId}
          place={place}
          choice={choice}
          runningTurn={conversation.live?.turnId}
          stopping={stop}
        />
      )}
      <Announcer live={conversation.live} />
    </main>
  );
}
