import { isolate } from "../isolate.ts";

export const composer = {
  message: "Message",
  placeholder: "Write a message",
  send: "Send (Enter)",
  stop: "Stop (Esc)",

  /** Why a message came back. */
  unreachable: "The server cannot be reached. Your text is kept here; send it when the connection is back.",
  signedOut: "You were signed out before this was sent. Send it again.",
  answeredElsewhere: "This thread is being answered just now. Send it when the answer has ended.",
  tooOften: "Too many messages in a short time. Wait a little, then try again.",
  serverTrouble: (sentence: string) => `${sentence} Your text is kept here; try again in a while.`,
  cutOff: "This was on its way when the page was closed.",

  /** Why Enter does not send. */
  waitForAnswer: "An answer is being given. Stop it with Esc, or send this when it has ended.",
  waitForLast: "The last message is still on its way.",
  tooLong: (length: string, most: string) =>
    `A message can have ${most} characters at most; this one has ${length}.`,

  pastedTexts: "Pasted texts",
  pastedText: (lines: number) =>
    `Pasted text, ${lines.toLocaleString("en")} ${lines === 1 ? "line" : "lines"}`,
  pastedGone: "Pasted text removed.",
  removePasted: "Remove pasted text",

  commands: "Commands",
  commandsFound: (count: number) => `${count} ${count === 1 ? "suggestion" : "suggestions"}`,
  /** What commands of the page do, and what they say when they cannot; the server's speak for themselves. */
  help: {
    language: "Speak another language",
    theme: "Light, dark, or as the system has it",
  },
  argument: { language: "language", theme: "theme" },
  noSuch: (argument: string) => `There is no "${isolate(argument)}" to choose. Pick one from the list.`,
  argumentMissing: (usage: string) => `Say it whole: ${usage}`,
};
