import { NoModel } from "../choosing/no-model.tsx";
import type { Choice } from "../choosing/use-choice.ts";
import { drafts } from "../composer/drafts.ts";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { shortcutText } from "../workspace/shortcut-text.ts";
import { composerId, focusOn, searchId } from "../workspace/use-shortcuts.ts";

type Props = {
  readonly choice: Choice;
  /** Where its draft is kept. */
  readonly place: string;
  readonly onOpenDrawer: () => void;
};

/** Nothing has been said yet: one sentence, and what can be done beside writing, which needs no word. */
export function EmptyChat({ choice, place, onOpenDrawer }: Props) {
  const everything = useWords();
  const words = everything.conversation;
  const search = () => {
    onOpenDrawer();
    requestAnimationFrame(() => focusOn(searchId)); // a drawer must be there to take it
  };
  const showCommands = () => {
    if (drafts.read(place).text === "") drafts.write(place, { text: "/" });
    focusOn(composerId);
  };
  const beginning = () => {
    if (choice.trouble !== undefined)
      return (
        <Notice error={choice.trouble} mend={everything.choosing.lookAgain} onMend={choice.look.again} />
      );
    if (choice.noModel !== undefined) return <NoModel why={choice.noModel} look={choice.look} />;
    return (
      <p className="empty-actions">
        <button type="button" className="text-button" onClick={search}>
          {words.searchThreads} <kbd>{shortcutText("search", everything)}</kbd>
        </button>
        <button type="button" className="text-button" onClick={showCommands}>
          {words.showCommands} <kbd>{shortcutText("commands", everything)}</kbd>
        </button>
      </p>
    );
  };
  return (
    <div className="scroller">
      <div className="column empty">
        <h2>{words.emptyChat}</h2>
        {beginning()}
      </div>
    </div>
  );
}
