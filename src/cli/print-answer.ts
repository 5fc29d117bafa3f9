import { planCallId } from "../lib/plan-answer.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import { printPlan } from "./print-plan.ts";

export type PrintOptions = {
  /** Each event as one line of JSON instead of the text. */
  readonly json: boolean;
  /** Show the model's reasoning, on stderr. */
  readonly thinking: boolean;
  /** Show thread, tools and tokens, on stderr. */
  readonly verbose: boolean;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether stderr shows styles. */
  readonly styled: boolean;
  /** Hears of calls and plans that wait for the user's word, of the word, and of what a plan's steps are. */
  readonly consent?: (event: ConsentEvent) => void;
};

export type ConsentEvent = Extract<TurnEvent, { readonly event: "approval_request" | "approval" | "plan" }>;

/** `interrupted`: somebody stopped it, or the server did; `left`: there is a plan, and it was not to be carried out. */
export type Outcome = "done" | "failed" | "interrupted" | "left";

/** Prints a turn as it comes. An error is told on stderr. */
export async function printAnswer(events: AsyncIterable<TurnEvent>, options: PrintOptions): Promise<Outcome> {
  const { json, out, err } = options;
  const side = sideLine(options);
  const plan = json ? undefined : printPlan(err, options.verbose);
  let said = "";
  let apart = false; // a tool was called since
  let outcome: Outcome = "interrupted";
  let left = false;
  for await (const event of events) {
    if (json) out(`${JSON.stringify(event)}\n`);
    side(event);
    plan?.(event);
    switch (event.event) {
      case "message_tokens":
        if (json || event.data.content === "") break;
        if (apart) out(said.endsWith("\n") ? "\n" : "\n\n");
        apart = false;
        said = event.data.content;
        out(said);
        break;
      case "tool_call":
        apart = said !== "";
        break;
      case "approval_request":
        if (said !== "" && !said.endsWith("\n") && !json) out("\n");
        if (said !== "") said = "\n";
        options.consent?.(event);
        break;
      case "approval":
        left ||= event.data.call_id === planCallId && !event.data.approved;
        options.consent?.(event);
        break;
      case "plan":
        options.consent?.(event);
        break;
      case "error":
        if (said !== "" && !said.endsWith("\n")) out("\n");
        err(`${event.data.message}\n`);
        return "failed";
      case "stream_end":
        if (event.data.interrupted !== true) outcome = left ? "left" : "done";
        break;
      default:
        break;
    }
  }
  if (said !== "" && !said.endsWith("\n")) out("\n");
  return outcome;
}

/** What goes to stderr beside the answer: reasoning, and what is of interest to somebody who looks for a fault. */
function sideLine({ thinking, verbose, err, styled }: PrintOptions): (event: TurnEvent) => void {
  let open = false; // reasoning is being written
  return (event) => {
    if (event.event === "thinking_tokens") {
      if (!thinking) return;
      if (!open && styled) err("\u001b[2m");
      open = true;
      err(event.data.content);
      return;
    }
    if (open) err(styled ? "\u001b[22m\n" : "\n");
    open = false;
    if (!verbose) return;
    if (event.event === "thread_id") err(`thread ${event.data.thread_id}\n`);
    if (event.event === "tool_update") err(`${event.data.content}\n`);
    if (event.event === "progress")
      err(`loading ${event.data.model}: ${Math.floor(event.data.done * 100)} %\n`);
    if (event.event === "context") err(`left out: ${event.data.left_out} older messages\n`);
    if (event.event === "usage") {
      if (event.data.cached) return err("tokens: none, this answer was kept\n");
      const { prompt_tokens = "?", completion_tokens = "?", cost } = event.data;
      const price = cost === undefined ? "" : `, $${cost.toPrecision(3)}`;
      err(`tokens: ${prompt_tokens} read, ${completion_tokens} written${price}\n`);
    }
  };
}
