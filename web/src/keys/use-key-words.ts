import { keys as german } from "../words/de/keys.ts";
import { keys as english } from "../words/en/keys.ts";
import { useOwnWords } from "../words/own-words.ts";

export const useKeyWords = () => useOwnWords({ en: english, de: german });
