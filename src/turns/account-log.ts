import type { AccountEvent } from "../protocols/account-event.ts";
import type { Bus } from "../protocols/bus.ts";

/** How many of an account's newest events can be read again. */
const keep = 2000;

const topicOf = (userId: string) => `account/${userId}`;
const ownTopicOf = (userId: string) => `own-account/${userId}`;

/**
 * Opens an account's event log if it is not open. It begins at the clock in microseconds: no id of an earlier life of
 * the server comes near, so a reader with an old cursor is told to reload, and a gap is impossible.
 */
export function openAccountLog(bus: Bus, userId: string, now: Date): string {
  const topic = topicOf(userId);
  bus.open(topic, { firstId: now.getTime() * 1000, keep, reach: "joint" });
  return topic;
}

/** Opens the log of what this process alone tells an account: who acts upon events is to act once, whichever process tells. */
export function openOwnLog(bus: Bus, userId: string, now: Date): string {
  const topic = ownTopicOf(userId);
  bus.open(topic, { firstId: now.getTime() * 1000, keep });
  return topic;
}

/** Where an account's events stand: what is read from now on, and the events after this, leave nothing out. */
export const accountCursor = (bus: Bus, userId: string, now: Date): number =>
  bus.last(openAccountLog(bus, userId, now)) ?? 0;

/** Tells everybody who watches this account. */
export function announce(bus: Bus, userId: string, now: Date, ...events: readonly AccountEvent[]): void {
  const lines = events.map((event) => JSON.stringify(event));
  bus.append(openAccountLog(bus, userId, now), lines);
  bus.append(ownTopicOf(userId), lines); // it is open where somebody listens
}
