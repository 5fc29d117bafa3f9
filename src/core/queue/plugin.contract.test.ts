import { queueContractOn, sharedStore } from "../../../test/support/store-queue.ts";

queueContractOn("the queue on SQLite", await sharedStore());
