import { busContract } from "../../testkit/bus-contract.ts";
import { memoryBus } from "./memory-bus.ts";

busContract("the memory bus", async () => memoryBus());
