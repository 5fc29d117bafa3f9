/** What is asked of one thread happens in that order: a message is answered with the settings made just before it. */
export const threadScope = (threadId: string | null | undefined) =>
  threadId === null || threadId === undefined ? {} : { scope: { id: `thread ${threadId}` } };
