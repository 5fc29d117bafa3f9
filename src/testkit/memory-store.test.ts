import { memoryStore } from "./memory-store.ts";
import { storeContract } from "./store-contract.ts";

let ids = 0;
let time = Date.UTC(2030, 0, 1);

storeContract("the reference in memory", async () =>
  memoryStore({
    now: () => {
      time += 1;
      return new Date(time);
    },
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
  }),
);
