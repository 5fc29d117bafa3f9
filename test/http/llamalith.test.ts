import { examples } from "./llamalith/examples.ts";
import { openHouse } from "./llamalith/house.ts";
import { jobsApi } from "./llamalith/jobs-api.ts";
import { pages } from "./llamalith/pages.ts";
import { replies } from "./llamalith/replies.ts";
import { submitAndPoll } from "./llamalith/submit-and-poll.ts";
import { whoMayCall } from "./llamalith/who-may-call.ts";

// One after the other on the same servers, so that these are started once; later parts look at what earlier ones left.
const house = openHouse();
submitAndPoll(house);
jobsApi(house);
replies(house);
whoMayCall(house);
pages(house);
examples(house);
