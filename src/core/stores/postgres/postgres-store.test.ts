import { storeContract } from "../../../testkit/store-contract.ts";
import { freshStore } from "./test-setup.ts";

storeContract("PostgreSQL", freshStore);
