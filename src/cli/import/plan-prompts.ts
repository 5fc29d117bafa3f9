/*
 * In plan mode the original's page composed two messages of each one that its user wrote: one that asks for a plan, and
 * with the plan in it, one that asks to carry it out. Both were stored as the user's.
 */

const planning = /^Create a concise, actionable plan as a numbered checklist only\b.*?\n\nTask: (.+)$/s;
const answering =
  /^Follow the numbered steps in the plan below\b.*?\n\nOriginal question: (.+?)\n\nPlan \(for you to follow, do not echo\):/s;

/** What the user wrote, where this is what the planning model was sent. */
export const taskIn = (text: string): string | undefined => planning.exec(text)?.[1];

/** What the user wrote, where this is what the answering model was sent. */
export const questionIn = (text: string): string | undefined => answering.exec(text)?.[1];
