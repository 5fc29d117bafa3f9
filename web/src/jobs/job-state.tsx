import { Ban, Check, Clock, type LucideIcon, Play, TriangleAlert } from "lucide-react";
import type { JobState as State } from "../api/wire.ts";
import { useJobWords } from "./use-job-words.ts";

const icons: Readonly<Record<State, LucideIcon>> = {
  queued: Clock,
  processing: Play,
  done: Check,
  error: TriangleAlert,
  cancelled: Ban,
};

/** A state in a word, with a sign that can be told apart without colours. */
export function JobState({ state }: { readonly state: State }) {
  const Icon = icons[state];
  return (
    <span className="job-state" data-state={state}>
      <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
      {useJobWords().states[state]}
    </span>
  );
}
