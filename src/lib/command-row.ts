import type { CommandAnswer, CommandEffect } from "../protocols/command.ts";
import { given } from "./given.ts";

/** What came of a command as it stands on the wire. */
export type CommandAnswerRow = ReturnType<typeof commandAnswerRow>;

export const commandAnswerRow = ({ text, failed, effect }: CommandAnswer) => ({
  text,
  ...given({ failed, effect: effect && effectRow(effect) }),
});

function effectRow(effect: CommandEffect) {
  switch (effect.kind) {
    case "choose": {
      const { model, systemPrompt, planMode } = effect.choice;
      const choice = given({ model, system_prompt: systemPrompt, plan_mode: planMode });
      return { kind: effect.kind, choice };
    }
    case "turn": {
      const { threadId, turnId, messageId } = effect.started;
      return { kind: effect.kind, thread_id: threadId, turn_id: turnId, message_id: messageId };
    }
    case "file": {
      const { kind, name, mediaType, content } = effect;
      return { kind, name, media_type: mediaType, content };
    }
    default:
      return effect;
  }
}
