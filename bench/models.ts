/** `s<tokens>x<tokens per second>`, 0 for as fast as the socket takes it. */
export const models = {
  /** One token. */
  short: "s1x0",
  /** 9 s at the speed of a good endpoint. */
  steady: "s450x50",
  /** The same for measurements that need longer. */
  long: "s1500x50",
  /** An open stream that hardly says anything. */
  slow: "s60x1",
  burst: "s5000x0",
  /** About 4 MB of events. */
  flood: "s20000x0",
} as const;
