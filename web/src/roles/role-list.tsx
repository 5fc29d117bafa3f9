import { ArrowLeft, Pencil, Trash2 } from "lucide-react";
import { useEffect, useRef } from "react";
import { codeOf } from "../api/api-error.ts";
import { roleFilePath } from "../api/calls.ts";
import { here } from "../api/here.ts";
import type { RoleEntry } from "../api/wire.ts";
import { useWords } from "../words/language.ts";
import { IconButton } from "../workspace/icon-button.tsx";
import { Notice } from "../workspace/notice.tsx";
import { beginning } from "./prompt-groups.ts";
import { useRolePlaces } from "./role-places.ts";
import { useRoleChanges } from "./use-role-changes.ts";
import type { Undo } from "./use-undo.ts";

type Props = {
  readonly roles: readonly RoleEntry[];
  readonly undo: Undo;
  readonly onBack: () => void;
  /** Without a role: makes a new one. */
  readonly onEdit: (role?: RoleEntry) => void;
  readonly onImport: () => void;
};

/** The roles that the reader may change, and what can be done with them. Deleting can be undone for ten seconds. */
export function RoleList({ roles, undo: [gone, setGone], onBack, onEdit, onImport }: Props) {
  const { common, roles: words } = useWords();
  const { isAdmin } = useRolePlaces();
  const { mutate, error } = useRoleChanges();
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus({ preventScroll: true }), []);

  const mine = roles.filter(({ shared }) => isAdmin || !shared);
  const hasOwn = roles.some(({ shared }) => !shared);
  return (
    <>
      <div className="role-head">
        <IconButton name={words.back} icon={ArrowLeft} onClick={onBack} />
        <h2 tabIndex={-1} ref={head}>
          {words.manage}
        </h2>
      </div>
      {mine.length === 0 && gone === undefined && <p className="quiet">{words.none}</p>}
      {mine.length > 0 && (
        <ul className="role-rows">
          {mine.map((role) => (
            <li key={role.id}>
              <span className="role-text">
                <span>
                  <bdi>{role.name}</bdi>
                  {role.shared && <span className="quiet"> {words.isShared}</span>}
                </span>
                <bdi className="quiet role-line">{beginning(role.instructions, 200)}</bdi>
              </span>
              <IconButton name={words.editOf(role.name)} icon={Pencil} onClick={() => onEdit(role)} />
              <IconButton
                name={words.deleteOf(role.name)}
                icon={Trash2}
                onClick={() => {
                  setGone(role);
                  head.current?.focus({ preventScroll: true }); // the button that had it goes with its row
                  mutate({ what: "delete", id: role.id }, { onError: () => setGone(undefined) });
                }}
              />
            </li>
          ))}
        </ul>
      )}
      <div className="role-status" role="status">
        {gone && (
          <>
            <span>{words.deleted(gone.name)}</span>
            <button
              type="button"
              className="text-button"
              onClick={() => {
                setGone(undefined);
                mutate({ what: "make", role: gone });
              }}
            >
              {common.undo}
            </button>
          </>
        )}
      </div>
      {error !== null && <Notice error={codeOf(error) === "conflict" ? words.taken : error} />}
      <div className="role-actions">
        <button type="button" className="text-button" onClick={() => onEdit()}>
          {words.make}
        </button>
        <button type="button" className="text-button" onClick={onImport}>
          {words.import}
        </button>
        {hasOwn && (
          <>
            <a className="text-button" href={here(roleFilePath("yaml"))} download="roles.yaml">
              {words.exportAs("YAML")}
            </a>
            <a className="text-button" href={here(roleFilePath("json"))} download="roles.json">
              {words.exportAs("JSON")}
            </a>
          </>
        )}
      </div>
    </>
  );
}
