import { useQuery } from "@tanstack/react-query";
import {
  AppWindow,
  BookOpen,
  ChartColumn,
  Clock,
  Globe,
  Image,
  List,
  type LucideIcon,
  Table2,
  Users,
  Wrench,
} from "lucide-react";
import { getPluginPages } from "../api/calls.ts";
import { here } from "../api/here.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { PluginPage } from "../api/wire.ts";
import { useWords } from "../words/language.ts";

const icons: Readonly<Record<NonNullable<PluginPage["icon"]>, LucideIcon>> = {
  ...{ book: BookOpen, chart: ChartColumn, clock: Clock, globe: Globe, image: Image },
  ...{ list: List, table: Table2, users: Users, wrench: Wrench },
};

/** Pages that plugins bring, each in a tab of its own. Nothing at all where there are none. */
export function PluginPages() {
  const { threads: words } = useWords();
  // They change only with the server. Where they cannot be had, the page is as good as without them.
  const pages = useQuery({ queryKey: queryKeys.pluginPages, queryFn: getPluginPages, staleTime: Infinity });
  if (pages.data === undefined || pages.data.length === 0) return null;
  return (
    <ul className="plugin-pages" aria-label={words.pages}>
      {pages.data.map(({ name, path, title, icon }) => {
        const Icon = (icon && icons[icon]) ?? AppWindow; // a newer server may know others
        return (
          <li key={name}>
            <a href={here(path)} target="_blank" rel="noopener" title={words.ownTab(title)}>
              <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
              <span className="row-title">{title}</span>
            </a>
          </li>
        );
      })}
    </ul>
  );
}
