import { ChevronDown, Copy, Info, Link, RotateCcw, TextInitial } from "lucide-react";
import { type RefObject, useId, useState } from "react";
import { useWords } from "../words/language.ts";
import { IconButton } from "../workspace/icon-button.tsx";
import { lazyPart } from "../workspace/lazy-part.tsx";
import { messageHash } from "../workspace/route.ts";
import { textOfParts } from "./answer-parts.ts";
import { BranchSwitch } from "./branch-switch.tsx";
import type { AnswerItem } from "./conversation-items.ts";
import { CopyButton } from "./copy-button.tsx";
import { hereAt } from "./here-at.ts";
import { plainText } from "./plain-text.ts";
import type { TurnActions } from "./use-turn-actions.ts";

const FiguresLine = lazyPart(async () => (await import("./figures-line.tsx")).FiguresLine);

const OtherModels = lazyPart(async () => (await import("./other-models.tsx")).OtherModels);

type Props = {
  readonly item: AnswerItem;
  readonly article: RefObject<HTMLElement | null>;
  readonly busy: boolean;
  readonly actions: TurnActions;
};

/** What can be done with an answer that has been given. */
export function AnswerActions({ item, article, busy, actions }: Props) {
  const { conversation: words } = useWords();
  const [open, setOpen] = useState<"models" | "figures">();
  const id = useId();
  const { parts, entries, question, figures } = item;
  const [first] = entries;
  const texts = parts.filter((part) => part.kind === "text");
  const model = texts.findLast((part) => part.model !== undefined)?.model;
  const toggle = (what: "models" | "figures") => setOpen(open === what ? undefined : what);
  return (
    <>
      <div className="actions">
        {first && <BranchSwitch entry={first} disabled={busy} onSwitch={actions.switchTo} />}
        {(texts.length > 0 || parts.some(({ kind }) => kind === "plan")) && (
          <>
            <CopyButton name={words.copyMarkdown} icon={Copy} text={() => textOfParts(parts, words.plan)} />
            <CopyButton
              name={words.copyText}
              icon={TextInitial}
              text={() => plainText(article.current?.querySelectorAll(".markdown, .plan-steps") ?? [])}
            />
          </>
        )}
        {question && (
          <>
            <IconButton
              name={words.answerAgain}
              icon={RotateCcw}
              disabled={busy}
              onClick={() => actions.answerAgain({ messageId: question.id })}
            />
            <IconButton
              name={words.answerAgainWith}
              icon={ChevronDown}
              disabled={busy}
              expanded={open === "models"}
              onClick={() => toggle("models")}
            />
          </>
        )}
        {first && (
          <CopyButton
            name={words.copyLink}
            icon={Link}
            text={() => hereAt(messageHash(actions.threadId, first.id))}
          />
        )}
        {figures && (
          <IconButton
            name={words.figures}
            icon={Info}
            expanded={open === "figures"}
            onClick={() => toggle("figures")}
          />
        )}
        <bdi className="answer-model">{model}</bdi>
      </div>
      {open === "models" && question && !busy && (
        <OtherModels
          id={`${id}models`}
          current={model}
          onChoose={(other) => {
            setOpen(undefined);
            actions.answerAgain({ messageId: question.id, model: other });
          }}
          onClose={() => {
            setOpen(undefined);
            article.current?.querySelector<HTMLElement>("[aria-expanded='true'].icon-button")?.focus();
          }}
        />
      )}
      {open === "figures" && figures && <FiguresLine figures={figures} id={`${id}figures`} />}
    </>
  );
}
