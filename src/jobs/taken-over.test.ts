import { sharedStore } from "../../test/support/store-queue.ts";
import { takenOverJobs } from "../../test/support/taken-over-jobs.ts";

const store = await sharedStore();

takenOverJobs("jobs on SQLite that are taken over", store);
