import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import { importRoles } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import { reload } from "../api/when-idle.ts";
import { drafts } from "../composer/drafts.ts";
import { useAutoGrow } from "../lib/use-auto-grow.ts";
import { useSettled } from "../lib/use-settled.ts";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { useRolePlaces } from "./role-places.ts";

/** A file or a text with roles: what it would bring, and then it does. */
export function RoleImport({ onDone }: { readonly onDone: () => void }) {
  const { common, roles: words } = useWords();
  const { ofImport: place } = useRolePlaces();
  const id = useId();
  const client = useQueryClient();
  const [content, setContent] = useState(() => drafts.read(place).text);
  const area = useRef<HTMLTextAreaElement>(null);
  useAutoGrow(area, content);
  useEffect(() => area.current?.focus({ preventScroll: true }), []);
  const write = (text: string) => {
    setContent(text);
    drafts.write(place, { text });
  };

  const settled = useSettled(content, 200);
  const isAsked = settled.trim() !== "" && settled === content;
  const seen = useQuery({
    queryKey: queryKeys.roleFile(settled),
    queryFn: () => importRoles(settled, true),
    enabled: isAsked,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const done = () => {
    drafts.write(place, { text: "" });
    onDone();
  };
  const taking = useMutation({
    mutationFn: () => importRoles(content, false),
    onSettled: () => reload(client, queryKeys.roles),
    onSuccess: done,
  });

  const lines = isAsked ? (seen.data ?? []) : [];
  const count = lines.filter(({ change }) => change === "new" || change === "changed").length;
  const error = taking.error ?? (isAsked ? seen.error : null);
  return (
    <form
      className="role-form"
      aria-label={words.import}
      onSubmit={(event) => {
        event.preventDefault();
        if (count > 0 && !taking.isPending) taking.mutate();
      }}
    >
      <div className="role-field">
        <label className="setting-name" htmlFor={id}>
          {words.file}
        </label>
        <textarea
          id={id}
          dir="auto"
          ref={area}
          className="role-source"
          spellCheck={false}
          aria-describedby={`${id}hint`}
          value={content}
          onChange={({ target }) => write(target.value)}
        />
        <span className="setting-hint" id={`${id}hint`}>
          {words.fileHint}
        </span>
        <input
          type="file"
          aria-label={words.chooseFile}
          accept=".yaml,.yml,.json,application/yaml,application/json"
          onClick={({ currentTarget }) => {
            currentTarget.value = ""; // one that was corrected can be chosen again
          }}
          onChange={({ target }) => void target.files?.[0]?.text().then(write)}
        />
      </div>
      {lines.length > 0 && (
        <ul className="role-rows" aria-label={words.brings}>
          {lines.map(({ name, change, why }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a file may name one role twice, and its lines do not move
            <li key={index}>
              <bdi>{name === "" ? words.nameless : name}</bdi>
              <span className="quiet">{why === undefined ? words.changes[change] : words.refused[why]}</span>
            </li>
          ))}
        </ul>
      )}
      <p className={isAsked && seen.isSuccess && count === 0 ? "quiet" : "unseen"} role="status">
        {isAsked && seen.isSuccess && (count === 0 ? words.nothingNew : words.take(count))}
      </p>
      {error !== null && <Notice error={error} />}
      <div className="role-answers">
        <button type="button" className="text-button" onClick={done}>
          {common.cancel}
        </button>
        <button type="submit" className="primary" disabled={count === 0 || taking.isPending}>
          {words.take(count)}
        </button>
      </div>
    </form>
  );
}
