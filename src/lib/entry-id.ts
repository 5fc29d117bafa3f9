/** The id of a turn's n-th history entry. It follows from the turn, so appending entries again doubles nothing. */
export const entryId = (turnId: string, index: number): string => `${turnId}.${index}`;
