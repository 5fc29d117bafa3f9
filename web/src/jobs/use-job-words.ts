import { jobs as german } from "../words/de/jobs.ts";
import { jobs as english } from "../words/en/jobs.ts";
import { useOwnWords } from "../words/own-words.ts";

export const useJobWords = () => useOwnWords({ en: english, de: german });
