/** What is wrong with a tool whose name another one has. @param first where that one is from. */
export const repeated = (name: string, first: string): string =>
  `the name ${name} is taken by a tool of ${first}, which is the one that is used. Give it another name.`;
