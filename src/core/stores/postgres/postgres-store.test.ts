import { freshStore } from "../../../../test/support/postgres-store.ts";
import { storeContract } from "../../../testkit/store-contract.ts";

storeContract("PostgreSQL", freshStore);
