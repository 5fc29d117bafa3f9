import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { getPromptText, getRoleVersions } from "../api/job-calls.ts";
import type { RoleEntry } from "../api/wire.ts";
import { placesOf } from "./places-of.ts";

/**
 * Which prompt or role a job is answered with, and what it says, line by line. What is left as it was chosen goes by its
 * key, a role's in the version that is shown and with the values that it wants; whatever was changed, by its words.
 */
export function useVoiceFields(roles: readonly RoleEntry[]) {
  const [chosen, setChosen] = useState("");
  const [version, setVersion] = useState(1);
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [instructions, setInstructions] = useState("");
  const [filled, setFilled] = useState("");
  const [error, setError] = useState<unknown>();
  /** The choice that an answer must still be for. */
  const wanted = useRef("");
  const role = roles.find((each) => each.key === chosen);
  const versions = useQuery({
    queryKey: ["role-versions", role?.id, role?.version],
    queryFn: () => getRoleVersions(role?.id ?? ""),
    enabled: role !== undefined && role.version > 1,
  });

  const fill = (text: string) => {
    setInstructions(text);
    setFilled(text);
  };
  const isChanged = instructions !== filled && instructions.trim() !== "";
  const places = role === undefined || isChanged ? [] : (placesOf(filled) ?? []);
  const template = () => {
    if (role === undefined || isChanged || placesOf(filled) === undefined) return undefined;
    const given = Object.entries(values).filter(
      ([name, value]) => value !== "" && places.some(({ path }) => path === name),
    );
    return { role_id: role.id, version, ...(given.length > 0 && { variables: Object.fromEntries(given) }) };
  };
  return {
    ...{ chosen, instructions, version, values, places },
    error: error ?? versions.error ?? undefined,
    /** All that the chosen role has said, newest first, where that is more than one text. */
    versions: versions.data ?? [],
    /** Whether a place that wants a value has none. */
    isLacking: places.some(({ path, optional }) => !optional && !values[path]),
    write: setInstructions,
    give: (name: string, value: string) => setValues({ ...values, [name]: value }),
    choose(key: string): void {
      wanted.current = key;
      setChosen(key);
      setError(undefined);
      const role = roles.find((each) => each.key === key);
      setVersion(role?.version ?? 1);
      fill(role?.instructions ?? "");
      if (key === "" || role !== undefined) return;
      getPromptText(key).then(
        ({ content }) => wanted.current === key && fill(content),
        (reason: unknown) => wanted.current === key && setError(reason),
      );
    },
    chooseVersion(number: number): void {
      setVersion(number);
      fill(versions.data?.find((each) => each.version === number)?.instructions ?? "");
    },
    json() {
      const from = template();
      return {
        ...(chosen !== "" && { system_prompt: chosen }),
        ...(isChanged && { instructions }),
        ...(from !== undefined && { template: from }),
      };
    },
  };
}
